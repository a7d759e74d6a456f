import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { WriteInvalidationError } from '../src/index.ts'
import { openVideoWorld, type VideoWorld } from './support/video-world.ts'

let world: VideoWorld
const later: VideoWorld[] = []
beforeEach(async () => {
  world = await openVideoWorld()
})
afterEach(async () => {
  for (const opened of [world, ...later.splice(0)]) await opened.close()
})

async function openOther(
  plugin: NonNullable<Parameters<typeof openVideoWorld>[0]>['plugin'],
): Promise<VideoWorld> {
  const opened = await openVideoWorld(plugin === undefined ? {} : { plugin })
  later.push(opened)
  return opened
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('the promise was resolved'),
    (error: Error) => error,
  )
}

describe('a write that the server refused', () => {
  it('invalidates nothing and keeps its error', async () => {
    await world.Video.create([{ slug: 'a' }, { slug: 'b', category: 'A' }])
    await world.list('A')
    world.changes.length = 0
    const error = await rejection(world.Video.updateOne({ slug: 'b' }, { slug: 'a', category: 'B' }))
    expect(error).toMatchObject({ name: 'MongoServerError', code: 11000 })
    expect(world.changes).toEqual([])
  })

  it('invalidates nothing when an insert clashes', async () => {
    await world.Video.create({ slug: 'a' })
    world.changes.length = 0
    expect(await rejection(world.Video.create({ slug: 'a' }))).toMatchObject({ code: 11000 })
    expect(world.changes).toEqual([])
  })
})

describe('a write that failed although the database changed', () => {
  it('invalidates what an updateMany attempted before a unique index stopped it', async () => {
    await world.Video.create([
      { title: 'x', category: 'A' },
      { title: 'x', category: 'A' },
    ])
    await world.list('A')
    const failed = world.Video.updateMany({ title: 'x' }, { category: 'B', slug: 'same' })
    expect(await rejection(failed)).toMatchObject({ code: 11000 })
    expect(await world.list('A')).toEqual(await world.truth('A'))
    expect(await world.truth('A')).toHaveLength(1)
  })

  it('invalidates after a write concern error', async () => {
    const { _id } = await world.Video.create({ category: 'A' })
    await world.list('A')
    const options = { writeConcern: { w: 7, wtimeout: 100 } }
    const error = await rejection(
      world.Video.collection.updateOne({ _id }, { $set: { category: 'B' } }, options),
    )
    expect(error.name).toBe('MongoWriteConcernError')
    expect(await world.list('A')).toEqual([])
  })

  it('invalidates when the connection is lost after the server applied the write', async () => {
    const { _id } = await world.Video.create({ category: 'A' })
    await world.list('A')
    const lost = Object.assign(new Error('connection lost'), { name: 'MongoNetworkError' })
    type Native = { updateOne: (...args: unknown[]) => Promise<unknown> }
    const native = (world.Video.collection as unknown as { _getCollection(): Native })._getCollection()
    const { updateOne } = native
    native.updateOne = async (...args) => {
      await updateOne.apply(native, args)
      throw lost
    }
    expect(await rejection(world.Video.updateOne({ _id }, { category: 'B' }))).toBe(lost)
    expect(await world.list('A')).toEqual([])
  })
})

describe('what runs after the driver', () => {
  it('already reads the new value in a post hook of the user', async () => {
    const opened = await openOther({})
    const seen: unknown[] = []
    const schema = opened.schema.clone().post('save', async () => void seen.push(await opened.list('A')))
    const Other = opened.connection.model('Other', schema, 'videos')
    await opened.list('A')
    await Other.create({ title: 'new', category: 'A' })
    expect(seen).toEqual([['new []']])
  })

  it('does not matter when a post hook of the user throws', async () => {
    const opened = await openOther({})
    const schema = opened.schema.clone().post('save', () => {
      throw new Error('post hook')
    })
    const Other = opened.connection.model('Other', schema, 'videos')
    await opened.list('A')
    expect(await rejection(Other.create({ title: 'new', category: 'A' }))).toMatchObject({
      message: 'post hook',
    })
    expect(await opened.list('A')).toEqual(['new []'])
  })
})

describe('an invalidation that fails', () => {
  it('does not reach the caller, and is told to onError', async () => {
    const errors: unknown[] = []
    const cause = new Error('callback')
    const failing = () => {
      throw cause
    }
    const opened = await openOther({ invalidate: failing, onError: (error) => errors.push(error) })
    await expect(opened.Video.create({ title: 'a' })).resolves.toMatchObject({ title: 'a' })
    expect(errors).toEqual([cause])
  })

  it('is a process warning without values by default', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const opened = await openOther({ invalidate: () => Promise.reject(new TypeError('secret title')) })
    await opened.Video.create({ title: 'secret title' })
    expect(warn).toHaveBeenCalledWith('an invalidation after a write failed (TypeError)', 'CacheWarning')
    warn.mockRestore()
  })

  it("rejects with the write's result where onError is 'throw'", async () => {
    const invalidate = vi.fn().mockRejectedValue(new Error('unreachable'))
    const opened = await openOther({
      cache: { invalidate } as never,
      invalidate: () => ['all'],
      onError: 'throw',
    })
    const error = await rejection(opened.Video.updateOne({ slug: 's' }, { title: 'a' }, { upsert: true }))
    expect(error).toBeInstanceOf(WriteInvalidationError)
    expect(error).toMatchObject({
      code: 'E_CACHE_INVALIDATION',
      result: { upsertedCount: 1 },
      cause: { message: 'unreachable' },
    })
    expect(await opened.Video.countDocuments({ slug: 's' })).toBe(1)
    expect(invalidate).toHaveBeenCalledWith(expect.arrayContaining(['all']), { onFailure: 'queue' })
  })

  it('rejects after the commit, which stays done', async () => {
    const invalidate = vi.fn().mockRejectedValue(new Error('unreachable'))
    const opened = await openOther({
      cache: { invalidate } as never,
      invalidate: () => ['all'],
      onError: 'throw',
    })
    const error = await rejection(opened.connection.transaction(() => opened.Video.create({ title: 'a' })))
    expect(error).toBeInstanceOf(WriteInvalidationError)
    expect(await opened.Video.countDocuments()).toBe(1)
  })
})

it('a write succeeds while Redis is gone, and its invalidation is queued', async () => {
  world.redis.disconnect()
  const { _id } = await world.Video.create({ title: 'a', category: 'A' })
  await world.Video.updateOne({ _id }, { category: 'B' })
  expect(await world.truth('B')).toEqual(['a []'])
  expect(world.cache.stats().invalidationsQueued).toBeGreaterThan(0)
})
