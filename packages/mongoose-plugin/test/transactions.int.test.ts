import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { afterCommit } from '../src/index.ts'
import { openVideoWorld, type VideoWorld } from './support/video-world.ts'

let world: VideoWorld
beforeEach(async () => {
  world = await openVideoWorld()
  await world.Video.create({ title: 'one', slug: 'one', category: 'A' })
  world.changes.length = 0
})
afterEach(() => world.close())

it('a reader that fills between the write and the commit does not keep the old value', async () => {
  await world.connection.transaction(async () => {
    await world.Video.updateOne({ slug: 'one' }, { category: 'B' })
    expect(await world.list('A')).toEqual(['one []'])
    expect(await world.list('B')).toEqual([])
  })
  expect(await world.list('A')).toEqual([])
  expect(await world.list('B')).toEqual(['one []'])
})

it('an aborted transaction invalidates nothing', async () => {
  await world.list('A')
  const misses = world.cache.stats().misses
  const aborted = world.connection.transaction(async () => {
    await world.Video.updateOne({ slug: 'one' }, { category: 'B' })
    throw new Error('changed my mind')
  })
  await expect(aborted).rejects.toThrow('changed my mind')
  expect(await world.list('A')).toEqual(['one []'])
  expect(world.cache.stats().misses).toBe(misses)
})

it('a retried attempt does not leak the targets of the first one', async () => {
  const { MongoServerError } = world.instance.mongo
  await world.list('X')
  await world.list('Y')
  const misses = world.cache.stats().misses
  let attempts = 0
  await world.connection.transaction(async () => {
    attempts++
    await world.Video.updateOne({ slug: 'one' }, { category: attempts === 1 ? 'X' : 'Y' })
    if (attempts > 1) return
    const error = new MongoServerError({ message: 'try again' })
    error.addErrorLabel('TransientTransactionError')
    throw error
  })
  expect(attempts).toBe(2)
  await world.list('X')
  expect(world.cache.stats().misses).toBe(misses)
  expect(await world.list('Y')).toEqual(['one []'])
})

it('reads beside a write see what the same transaction wrote, and are exact', async () => {
  await world.connection.transaction(async () => {
    await world.Video.updateOne({ slug: 'one' }, { category: 'B' })
    await world.Video.updateOne({ slug: 'one' }, { category: 'C' })
  })
  expect(
    world.changes.map(({ before, after, exactness }) => [before?.category, after?.category, exactness]),
  ).toEqual([
    ['A', 'B', 'exact'],
    ['B', 'C', 'exact'],
  ])
})

it('a session that is handed over by hand works as well', async () => {
  const session = await world.connection.startSession()
  session.startTransaction()
  await world.list('A')
  await world.Video.updateOne({ slug: 'one' }, { category: 'B' }, { session })
  expect(await world.list('A')).toEqual(['one []'])
  await session.commitTransaction()
  expect(await world.list('A')).toEqual([])
  await session.endSession()
})

it('a session that ends without a commit invalidates nothing', async () => {
  const session = await world.connection.startSession()
  session.startTransaction()
  await world.list('A')
  const misses = world.cache.stats().misses
  await world.Video.updateOne({ slug: 'one' }, { category: 'B' }, { session })
  await session.endSession()
  expect(await world.list('A')).toEqual(['one []'])
  expect(world.cache.stats().misses).toBe(misses)
})

it('a raw call without the session is outside the transaction and invalidates at once', async () => {
  await world.list('A')
  await world.connection.transaction(async () => {
    await world.Video.collection.updateOne({ slug: 'one' }, { $set: { category: 'B' } })
    expect(await world.list('A')).toEqual([])
  })
})

describe('afterCommit', () => {
  it('runs when the cache is already right', async () => {
    const seen: unknown[] = []
    await world.list('A')
    await world.connection.transaction(async (session) => {
      await afterCommit(session, async () => void seen.push(await world.list('A')))
      await world.Video.updateOne({ slug: 'one' }, { category: 'B' })
    })
    expect(seen).toEqual([[]])
  })

  it('does not run after an abort', async () => {
    const seen: unknown[] = []
    const aborted = world.connection.transaction(async (session) => {
      await afterCommit(session, () => void seen.push('ran'))
      throw new Error('changed my mind')
    })
    await expect(aborted).rejects.toThrow('changed my mind')
    expect(seen).toEqual([])
  })
})
