import { base, en, Faker } from '@faker-js/faker'
import { hash } from '@node-rs/argon2'
import { createCache } from '@vidnest/cache-core'
import mongoose, { Types } from 'mongoose'
import { createModels, type Models } from '../models/models.ts'
import type { User } from '../models/user.ts'
import { makeSubscriptions, subscriberCounts } from './make-subscriptions.ts'
import { makeVideos } from './make-videos.ts'

/** A printed login. */
export interface SeededLogin {
  readonly role: User['role']
  readonly username: string
  readonly email: string
  readonly password: string
}

export interface SeedOptions {
  readonly mongoUri: string
  /** @defaultValue `200` */
  readonly users?: number
  /** @defaultValue `2000` */
  readonly videos?: number
  /** Told of each step, for people who wait. */
  readonly report?: (step: string) => void
}

const seed = 20_261_124
const start = new Date('2026-01-01T00:00:00Z')

const logins: readonly SeededLogin[] = [
  { role: 'admin', username: 'admin', email: 'admin@vidnest.example', password: 'admin-password' },
  { role: 'creator', username: 'creator', email: 'creator@vidnest.example', password: 'creator-password' },
  { role: 'viewer', username: 'viewer', email: 'viewer@vidnest.example', password: 'viewer-password' },
]

/**
 * Fills an empty database, the same at every run: users, videos whose views follow Zipf's law, subscriptions. What was
 * there before is removed.
 */
export async function seedDatabase(
  options: SeedOptions,
): Promise<{ readonly logins: readonly SeededLogin[] }> {
  const { mongoUri, users = 200, videos = 2000, report = () => undefined } = options
  const connection = await mongoose.createConnection(mongoUri, { serverSelectionTimeoutMS: 5000 }).asPromise()
  try {
    // No cache yet holds anything of a database that is being made.
    const nothing = (): [] => []
    const models = createModels(connection, createCache({ namespace: 'seed', enabled: false }), {
      user: nothing,
      video: nothing,
      subscription: nothing,
      endSessions: () => Promise.resolve(),
    })
    await Promise.all([models.User.init(), models.Video.init(), models.Subscription.init()])
    await Promise.all([
      models.User.deleteMany({}),
      models.Video.deleteMany({}),
      models.Subscription.deleteMany({}),
    ])
    const faker = new Faker({ locale: [en, base], seed })
    report(`${String(users)} users`)
    const ids = await insertUsers(models, faker, users)
    report(`${String(videos)} videos`)
    await models.Video.collection.insertMany(makeVideos(faker, { count: videos, owners: ids, start }))
    report('subscriptions')
    const subscriptions = makeSubscriptions(faker, ids)
    await models.Subscription.collection.insertMany(subscriptions)
    await models.User.collection.bulkWrite(subscriberCounts(subscriptions))
    return { logins }
  } finally {
    await connection.close()
  }
}

async function insertUsers(models: Models, faker: Faker, count: number): Promise<Types.ObjectId[]> {
  // Nobody signs in as the others, so they share one hash: hundreds of honest ones would take a minute.
  const nobody = await hash('nobody signs in with this', { memoryCost: 8, timeCost: 1 })
  const known = await Promise.all(
    logins.map(async ({ role, username, email, password }) => ({
      role,
      username,
      email,
      fullName: faker.person.fullName(),
      passwordHash: await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }),
    })),
  )
  const others = Array.from({ length: Math.max(0, count - known.length) }, (_, index) => {
    const fullName = faker.person.fullName()
    const username = `${fullName
      .toLowerCase()
      .replace(/[^a-z]+/g, '.')
      .slice(0, 20)}${String(index)}`
    return { role: 'creator', username, email: `${username}@vidnest.example`, fullName, passwordHash: nobody }
  })
  const rows = [...known, ...others].map((user, index) => ({
    ...user,
    _id: deterministicId(index),
    avatar: '',
    coverImage: '',
    subscribersCount: 0,
    createdAt: start,
    updatedAt: start,
  }))
  await models.User.collection.insertMany(rows as never)
  return rows.map(({ _id }) => _id)
}

function deterministicId(index: number): Types.ObjectId {
  return new Types.ObjectId((0x650000000000 + index).toString(16).padStart(24, '0'))
}
