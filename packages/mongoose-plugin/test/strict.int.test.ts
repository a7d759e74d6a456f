import { afterEach, expect, it } from 'vitest'

import { CommitBarrierError } from '../src/index.ts'
import { openVideoWorld, type VideoWorld } from './support/video-world.ts'

/** What a barrier costs and refuses. */
let world: VideoWorld | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

async function open(): Promise<VideoWorld> {
  const opened = await openVideoWorld({ plugin: { consistency: 'strict' } })
  world = opened
  await opened.Video.create([{ title: 'one', slug: 'one', category: 'A' }, { category: 'C' }], {
    ordered: true,
  })
  opened.changes.length = 0
  return opened
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('the promise was resolved'),
    (error: Error) => error,
  )
}

it('writes nothing while Redis cannot acknowledge the barrier', async () => {
  const { Video, redis, truth } = await open()
  redis.disconnect()
  const error = await rejection(Video.updateOne({ slug: 'one' }, { category: 'B' }))
  expect(error.name).toBe('InvalidationError')
  expect(await truth('B')).toEqual([])
})

it('commits nothing while Redis cannot acknowledge the barrier, and aborts', async () => {
  const { Video, connection, redis, truth } = await open()
  const write = async () => {
    await Video.updateOne({ slug: 'one' }, { category: 'B' })
    redis.disconnect()
  }
  expect(await rejection(connection.transaction(write))).toBeInstanceOf(CommitBarrierError)
  expect(await truth('B')).toEqual([])
})

it('writes nothing where a pattern is named, which no barrier can stand before', async () => {
  const opened = await openVideoWorld({
    plugin: { consistency: 'strict', invalidate: () => [{ pattern: 'video:*' }] },
  })
  world = opened
  const error = await rejection(opened.Video.create({ title: 'new', category: 'B' }))
  expect(error.name).toBe('CacheConfigError')
  expect(await opened.truth('B')).toEqual([])
})

it('writes nothing when the callback throws, since nobody knows what to guard', async () => {
  const opened = await openVideoWorld({
    plugin: {
      consistency: 'strict',
      invalidate: () => {
        throw new Error('callback')
      },
    },
  })
  world = opened
  expect((await rejection(opened.Video.create({ category: 'B' }))).message).toBe('callback')
  expect(await opened.truth('B')).toEqual([])
})

it('tells before the write what it is going to change, exactly', async () => {
  const { Video, changes } = await open()
  await Video.findOneAndUpdate({ slug: 'one' }, { category: 'B' })
  expect(changes).toMatchObject([
    { op: 'update', before: { category: 'A' }, after: { category: 'B' }, exactness: 'exact' },
    { op: 'update', before: { category: 'A' }, after: { category: 'B' }, exactness: 'exact' },
  ])
})

it('leaves cached what the write does not concern', async () => {
  const { Video, list, cache } = await open()
  await list('C')
  const { misses } = cache.stats()
  await Video.updateOne({ slug: 'one' }, { category: 'B' })
  await list('C')
  expect(cache.stats().misses).toBe(misses)
})

it('puts up no barrier for an update of ignored fields', async () => {
  const { Video, changes } = await open()
  await Video.updateOne({ slug: 'one' }, { $inc: { views: 1 } })
  expect(changes).toEqual([])
})
