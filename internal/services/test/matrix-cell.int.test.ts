import { createRequire } from 'node:module'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'

/** In a cell of the matrix these must be what the cell says; in a plain run any supported ones will do. */
const wanted = (variable: string, otherwise: string): string => process.env[variable] ?? otherwise

const servers: Record<string, RegExp> = {
  'redis-6.2': /redis_version:6\.2\./,
  redis: /redis_version:([7-9]|\d\d)\.(?![^]*valkey_version)/,
  valkey: /valkey_version:9\./,
  any: /redis_version:/,
}

let client: Redis

beforeAll(() => {
  client = new Redis(inject('redisUrl'))
})

afterAll(() => client.disconnect())

it('runs on the Node that the cell names', () => {
  const major = process.versions.node.split('.')[0]

  expect(major).toBe(wanted('VIDNEST_NODE', major ?? ''))
})

it('runs with the ioredis that the cell names', () => {
  const loaded = Object.keys(createRequire(import.meta.url).cache).flatMap(
    (path) => /\/ioredis@(\d+)\./.exec(path)?.[1] ?? [],
  )

  expect([...new Set(loaded)]).toEqual([wanted('VIDNEST_IOREDIS', '6')])
})

it('runs against the server that the cell names', async () => {
  expect(await client.info('server')).toMatch(servers[wanted('VIDNEST_REDIS', 'any')] ?? /$^/)
})
