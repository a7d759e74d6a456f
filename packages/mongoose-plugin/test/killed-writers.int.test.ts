import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { createCache } from '@vidnest/cache-core'
import mongoose from 'mongoose'
import { afterEach, describe, expect, inject, it } from 'vitest'

import type { DoomedWriterOptions } from './support/doomed-writer.ts'
import { connectRedis, mongoUri, uniqueName } from './support/servers.ts'

const writer = fileURLToPath(new URL('./support/doomed-writer.ts', import.meta.url))

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A reader of the lists that the writer is going to make stale. */
async function openReader() {
  const redis = await connectRedis()
  const namespace = uniqueName()
  const cache = createCache({ redis, namespace, redisTimeout: '5s' })
  const connection = await mongoose.createConnection(mongoUri(), { dbName: uniqueName() }).asPromise()
  const videos = connection.collection('videos')
  await videos.insertOne({ category: 'A' } as never)
  const lists = cache.define({
    key: 'list:{category}',
    load: ({ category }) => videos.countDocuments({ category: String(category) }),
    policy: { ttl: '5m' },
    tags: ({ category }) => [`list:${String(category)}`],
  })
  cleanups.push(async () => {
    await connection.dropDatabase()
    await connection.close()
    await cache.close()
    redis.disconnect()
  })
  const read = async (): Promise<number[]> => [
    await lists.getOrSet({ category: 'A' }),
    await lists.getOrSet({ category: 'B' }),
  ]
  return { read, namespace, dbName: connection.name }
}

async function start(
  options: DoomedWriterOptions,
): Promise<{ child: ChildProcess; line: () => Promise<string> }> {
  const child = spawn(process.execPath, ['--conditions=@vidnest/source', writer, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  cleanups.push(async () => child.kill('SIGKILL'))
  const said = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, line: async () => String((await said.next()).value) }
}

/** What a reader finds after the writer was killed between the database's answer and its invalidation. */
async function afterTheKill(how: Pick<DoomedWriterOptions, 'consistency' | 'images' | 'inTransaction'>) {
  const { read, namespace, dbName } = await openReader()
  await read()
  const servers = { redisUrl: process.env.VIDNEST_TEST_REDIS_URL ?? inject('redisUrl'), mongoUri: mongoUri() }
  const { child, line } = await start({ ...how, ...servers, namespace, dbName })
  expect(await line()).toBe('sending')
  expect(await read()).toEqual([1, 0])
  child.stdin?.write('go\n')
  expect(await line()).toBe('answered')
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
  return read()
}

describe.each([
  ['a write', { images: 'guarded', inTransaction: false }],
  ['a write in a transaction of the plugin', { images: 'transaction', inTransaction: false }],
  ['a transaction', { images: 'guarded', inTransaction: true }],
] as const)('a writer that is killed after the database has answered %s', (_name, how) => {
  it("leaves nothing stale with consistency: 'strict'", async () => {
    expect(await afterTheKill({ ...how, consistency: 'strict' })).toEqual([0, 1])
  })

  it("leaves what it changed stale with consistency: 'default'", async () => {
    expect(await afterTheKill({ ...how, consistency: 'default' })).toEqual([1, 0])
  })
})
