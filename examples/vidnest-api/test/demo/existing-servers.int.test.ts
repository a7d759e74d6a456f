import { freePort, type RedisServer, startRedis } from '@vidnest/services'
import { Redis } from 'ioredis'
import mongoose from 'mongoose'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createDemos, type DemoRun, type Demos } from '../support/demos.ts'

const mongoUri = process.env['VIDNEST_TEST_MONGO_URI'] ?? ''

let demos: Demos
let server: RedisServer
let redis: Redis
let mongo: mongoose.Connection

beforeAll(async () => {
  demos = await createDemos()
  server = await startRedis({ args: ['--requirepass', 'a-secret'] })
  redis = new Redis(server.url)
  await redis.mset({ 'vidnest:video:1': 'of somebody', '~generation': 'too' })
  mongo = await mongoose.createConnection(mongoUri).asPromise()
})

afterAll(async () => {
  redis.disconnect()
  await mongo.close()
  await server.stop()
  await demos.close()
})

const run = (args: readonly string[]): DemoRun =>
  demos.run(args, { REDIS_URL: server.url, MONGODB_URI: mongoUri })

async function demoDatabases(): Promise<string[]> {
  const { databases } = await mongo.listDatabases()
  return databases.map(({ name }) => name).filter((name) => name.startsWith('vidnest-demo-'))
}

/** What the demo left: keys that were not there before, and databases. */
async function leftovers(): Promise<string[]> {
  const others = (await redis.keys('*')).filter((key) => !['vidnest:video:1', '~generation'].includes(key))
  expect(await redis.mget('vidnest:video:1', '~generation')).toEqual(['of somebody', 'too'])
  return [...others, ...(await demoDatabases())]
}

async function waitFor({ output }: DemoRun, text: string): Promise<void> {
  await vi.waitFor(
    () => {
      expect(output()).toContain(text)
    },
    { timeout: 60_000, interval: 10 },
  )
}

test('a demo that is asked to runs in a part of existing servers, and removes it', async () => {
  const demo = run(['--existing-servers', '--port', String(await freePort())])
  await waitFor(demo, 'Three things to try')

  const [namespace = ''] = /vidnest-demo-[0-9a-f]{8}(?=:\*)/.exec(demo.output()) ?? []
  expect((await redis.keys(`${namespace}:*`)).length).toBeGreaterThan(5)
  expect(await demoDatabases()).toHaveLength(1)
  expect(demo.output()).not.toContain('a-secret')
  demo.child.kill('SIGTERM')

  expect(await demo.exit).toBe(0)
  expect(await leftovers()).toEqual([])
}, 90_000)

test('the tour goes as well on existing servers', async () => {
  const demo = run(['--existing-servers', '--tour'])

  expect(await demo.exit).toBe(0)
  expect(demo.output()).toContain('Every flow was right')
  expect(await leftovers()).toEqual([])
}, 90_000)

test('a demo that is stopped while it fills existing servers leaves nothing there', async () => {
  const demo = run(['--existing-servers', '--port', String(await freePort())])
  await vi.waitFor(
    async () => {
      expect(await demoDatabases()).toHaveLength(1)
    },
    { timeout: 60_000, interval: 5 },
  )
  demo.child.kill('SIGINT')

  // 0 where this was slow to see the database, and the demo quick to fill it.
  expect([130, 0]).toContain(await demo.exit)
  expect(await leftovers()).toEqual([])
}, 90_000)

test('a demo that is not asked to leaves existing servers alone, and says so', async () => {
  const demo = run(['--port', String(await freePort())])
  await waitFor(demo, 'Three things to try')

  expect(demo.output()).toContain('Not used without --existing-servers: REDIS_URL, MONGODB_URI.')
  expect(await leftovers()).toEqual([])
  demo.child.kill('SIGTERM')
  expect(await demo.exit).toBe(0)
}, 90_000)

test('a server that does not answer, or is not named, gets a message and no stack', async () => {
  const nowhere = `127.0.0.1:${String(await freePort())}`
  const runs = [
    demos.run(['--existing-servers'], { REDIS_URL: `redis://:a-secret@${nowhere}` }),
    demos.run(['--existing-servers'], { MONGODB_URI: `mongodb://ada:a-secret@${nowhere}` }),
    demos.run(['--existing-servers']),
  ]
  const outputs = await Promise.all(runs.map(async ({ exit, output }) => [await exit, output()] as const))

  expect(outputs.map(([code]) => code)).toEqual([1, 1, 2])
  const [redisless, mongoless, nameless] = outputs.map(([, output]) => output)
  expect(redisless).toContain(`the Redis of REDIS_URL does not answer as it should: connect ECONNREFUSED`)
  expect(mongoless).toContain('the MongoDB of MONGODB_URI does not answer as it should')
  expect(nameless).toContain('--existing-servers needs REDIS_URL or MONGODB_URI')
  expect(`${String(redisless)}${String(mongoless)}`).not.toMatch(/a-secret|\n\s+at /)
}, 60_000)
