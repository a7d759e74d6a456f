import { type MongoServer, startMongo } from '@vidnest/services'
import type mongoose from 'mongoose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import type { CachePluginOptions } from '../src/index.ts'
import { openVideoWorld, type VideoWorld } from './support/video-world.ts'

/** Writes and commits that take effect after their caller has seen an error. */
let server: MongoServer
let world: VideoWorld | undefined
beforeAll(async () => {
  server = await startMongo({ args: ['--setParameter', 'enableTestCommands=1'] })
})
afterAll(() => server.stop())
afterEach(async () => {
  await world?.close()
  world = undefined
})

async function open(
  plugin: Partial<CachePluginOptions>,
  options: mongoose.ConnectOptions = {},
): Promise<VideoWorld> {
  world = await openVideoWorld({ plugin, server: { uri: server.uri, options } })
  await world.Video.create({ title: 'one', slug: 'one', category: 'A' })
  return world
}

/** Has the server do something else with the next commands of this world's client. */
async function failNext({ connection }: VideoWorld, times: number, data: object): Promise<void> {
  const command = { configureFailPoint: 'failCommand', mode: { times }, data }
  await connection.getClient().db('admin').command(command)
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('the promise was resolved'),
    (error: Error) => error,
  )
}

async function untilMoved({ truth }: VideoWorld): Promise<void> {
  await expect.poll(() => truth('B'), { timeout: 20_000 }).toEqual(['one []'])
}

describe.each(['default', 'strict'] as const)("with consistency: '%s'", (consistency) => {
  it('a write that lands after a socket timeout is seen by the read after it', async () => {
    const options = { socketTimeoutMS: 1500, retryWrites: false }
    const { Video, list } = await open({ consistency }, options)
    await list('A')
    await list('B')
    await failNext(world as VideoWorld, 1, {
      failCommands: ['update'],
      blockConnection: true,
      blockTimeMS: 3500,
    })
    const error = await rejection(Video.updateOne({ slug: 'one' }, { category: 'B' }))
    expect(error.name).toBe('MongoNetworkTimeoutError')
    await list('A')
    await list('B')
    await untilMoved(world as VideoWorld)
    expect([await list('A'), await list('B')]).toEqual([[], ['one []']])
  })

  it('a commit that lands when it is retried is seen by the read after it', async () => {
    const { Video, connection, list } = await open({ consistency })
    const seenWhenUnknown: string[][] = []
    await failNext(world as VideoWorld, 2, { failCommands: ['commitTransaction'], closeConnection: true })
    await connection.transaction(async (session) => {
      await Video.updateOne({ slug: 'one' }, { category: 'B' })
      const commit = session.commitTransaction.bind(session)
      session.commitTransaction = async () => {
        try {
          await commit()
        } catch (error) {
          seenWhenUnknown.push(await list('A'), await list('B'))
          throw error
        }
      }
    })
    expect(seenWhenUnknown).toEqual([['one []'], []])
    expect([await list('A'), await list('B')]).toEqual([[], ['one []']])
  })

  it('a commit that lands although nobody retries it is seen by the read after it', async () => {
    const { Video, connection, list } = await open({ consistency }, { socketTimeoutMS: 1500 })
    const session = await connection.startSession()
    session.startTransaction()
    await Video.updateOne({ slug: 'one' }, { category: 'B' }, { session })
    await failNext(world as VideoWorld, 2, {
      failCommands: ['commitTransaction'],
      blockConnection: true,
      blockTimeMS: 3500,
    })
    await rejection(session.commitTransaction())
    await list('A')
    await list('B')
    await untilMoved(world as VideoWorld)
    expect([await list('A'), await list('B')]).toEqual([[], ['one []']])
    await session.endSession()
  })
})

describe('a write that lands when a reader has filled', () => {
  /** Has the next write of a video time out, and land when the returned function is called. */
  function delayNextWrite({ Video }: VideoWorld): () => Promise<unknown> {
    type Native = { updateOne(...args: unknown[]): Promise<unknown> }
    const native = (Video.collection as unknown as { _getCollection(): Native })._getCollection()
    const { updateOne } = native
    let land: () => Promise<unknown> = () => Promise.reject(new Error('nothing was written'))
    native.updateOne = (...args) => {
      native.updateOne = updateOne
      land = () => updateOne.apply(native, args)
      return Promise.reject(Object.assign(new Error('timed out'), { name: 'MongoNetworkTimeoutError' }))
    }
    return () => land()
  }

  async function listsAfterLanding(opened: VideoWorld): Promise<string[][]> {
    const lists = async () => [await opened.list('A'), await opened.list('B')]
    const land = delayNextWrite(opened)
    await rejection(opened.Video.updateOne({ slug: 'one' }, { category: 'B' }))
    expect(await lists()).toEqual([['one []'], []])
    await land()
    return lists()
  }

  it('is seen by the read after it', async () => {
    expect(await listsAfterLanding(await open({}))).toEqual([[], ['one []']])
  })

  it('is not seen where what it may change is not held back', async () => {
    const opened = await open({})
    const { cache } = opened
    const invalidate = cache.invalidate.bind(cache)
    cache.invalidate = (targets, { hold: _, ...options } = {}) => invalidate(targets, options)
    expect(await listsAfterLanding(opened)).toEqual([['one []'], []])
  })
})
