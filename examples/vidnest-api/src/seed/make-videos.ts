import type { Faker } from '@faker-js/faker'
import { Types } from 'mongoose'
import type { Video } from '../models/video.ts'
import { categories } from '../modules/videos/schema.ts'

const mostViews = 1_000_000
const dayMs = 86_400_000
const unpublishedShare = 0.03

/** Videos whose views follow Zipf's law: the n-th has a n-th of the first one's. */
export function makeVideos(
  faker: Faker,
  {
    count,
    owners,
    start,
  }: { readonly count: number; readonly owners: readonly Types.ObjectId[]; readonly start: Date },
): Omit<Video, '_counters'>[] {
  const ranks = faker.helpers.shuffle(Array.from({ length: count }, (_, index) => index + 1))
  return ranks.map((rank, index) => {
    const views = Math.round(mostViews / rank)
    const createdAt = new Date(
      start.getTime() + faker.number.int({ min: 0, max: 300 }) * dayMs + index * 1000,
    )
    const category = faker.helpers.arrayElement(categories)
    return {
      _id: new Types.ObjectId((0x660000000000 + index).toString(16).padStart(24, '0')),
      owner: faker.helpers.arrayElement(owners),
      title: `${faker.word.adjective()} ${faker.word.noun()} ${faker.word.verb()}`,
      description: faker.lorem.sentences(3),
      category,
      tags: [category, faker.word.noun(), faker.word.noun()],
      videoFile: `/media/seed-${String(index)}.mp4`,
      thumbnail: `/media/seed-${String(index)}.jpg`,
      duration: faker.number.int({ min: 15, max: 3600 }),
      isPublished: faker.number.float() >= unpublishedShare,
      views,
      likes: Math.round(views * faker.number.float({ min: 0.01, max: 0.1 })),
      dislikes: Math.round(views * faker.number.float({ min: 0, max: 0.01 })),
      createdAt,
      updatedAt: createdAt,
    }
  })
}
