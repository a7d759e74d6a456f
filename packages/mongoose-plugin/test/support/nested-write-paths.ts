import type mongoose from 'mongoose'

import type { VideoFields, VideoWorld } from './video-world.ts'
import { toB, type WritePath } from './write-path.ts'

/** Writes of subdocuments, and of models that share a collection. */
export const nestedPaths: readonly WritePath[] = [
  {
    name: 'save() of a new subdocument',
    write: (_, video) => {
      video.chapters?.push({ name: 'two', seconds: 2 })
      return video.save()
    },
  },
  {
    name: 'save() of a changed subdocument',
    write: (_, video) => video.set('chapters.0.name', 'renamed').save(),
  },
  {
    name: 'save() of a removed subdocument',
    write: (_, video) => {
      const [chapter] = (video.chapters ?? []) as unknown as mongoose.Types.Subdocument[]
      chapter?.deleteOne()
      return video.save()
    },
  },
  {
    name: 'save() of a document of a discriminator',
    write: (world) => shortsOf(world).create({ title: 'short', category: 'A' }),
  },
  {
    name: 'updateOne of a discriminator',
    write: async (world, { _id }) => {
      await world.Video.updateOne(
        { _id },
        { __t: 'Short' },
        { strict: false, overwriteDiscriminatorKey: true },
      )
      return shortsOf(world).updateOne({ _id }, toB())
    },
  },
  {
    name: "updateOne of a discriminator's document through the base model",
    write: async (world) => {
      const { _id } = await shortsOf(world).create({ title: 'short', category: 'A' })
      return world.Video.updateOne({ _id }, toB())
    },
  },
]

function shortsOf({ Video, instance }: VideoWorld): mongoose.Model<VideoFields> {
  const known = Video.discriminators?.Short
  return (known ??
    Video.discriminator(
      'Short',
      new instance.Schema({ loops: Number }) as never,
    )) as mongoose.Model<VideoFields>
}
