import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MongoServer } from '../../src/mongo/mongo-server.ts'
import { startMongo } from '../../src/mongo/start-mongo.ts'
import { isRunning, processState } from '../support/process-state.ts'
import { until } from '../support/until.ts'

describe('startMongo', () => {
  let server: MongoServer
  let client: MongoClient

  beforeAll(async () => {
    server = await startMongo()
    client = await MongoClient.connect(server.uri)
  })

  afterAll(async () => {
    await client.close()
    await server.stop()
  })

  it('commits and aborts transactions', async () => {
    const items = client.db('transactions').collection<{ name: string }>('items')
    await items.insertOne({ name: 'before' })

    await client.withSession(async (session) => {
      await session.withTransaction(
        async () => void (await items.insertOne({ name: 'committed' }, { session })),
      )
      session.startTransaction()
      await items.insertOne({ name: 'aborted' }, { session })
      await session.abortTransaction()
    })

    expect((await items.find().toArray()).map(({ name }) => name)).toEqual(['before', 'committed'])
  })

  it('streams changes', async () => {
    const items = client.db('changes').collection('items')
    const stream = items.watch()
    const next = stream.next()
    // The stream begins with its first answer from the server: insert until one is seen.
    const seen = next.then((change) => change.operationType)
    let arrived = false
    void seen.then(() => (arrived = true))
    await until(async () => {
      await items.insertOne({})
      return arrived
    })

    expect(await seen).toBe('insert')
    await stream.close()
  })

  it('names a database in the address', () => {
    expect(new URL(server.uriFor('shop')).pathname).toBe('/shop')
  })

  it('freezes on pause and answers again after resume', async () => {
    await server.pause()
    await until(() => processState(server.pid).startsWith('T'))
    const answer = client.db().command({ ping: 1 })
    await server.resume()

    expect(await answer).toMatchObject({ ok: 1 })
  })

  it('ends the process on stop, even a paused one', async () => {
    const other = await startMongo()
    await other.pause()

    await other.stop()

    expect(isRunning(other.pid)).toBe(false)
  })
})
