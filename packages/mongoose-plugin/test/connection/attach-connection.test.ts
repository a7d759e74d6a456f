import { CacheConfigError } from '@vidnest/cache-core'
import { expect, it } from 'vitest'

import { attachConnection, type AttachOptions } from '../../src/index.ts'

const cache = { namespace: 'n', invalidate: () => Promise.resolve() }
const redis = { call: () => Promise.reject(new Error('not reached')) }

function connection(hello: object | undefined): Parameters<typeof attachConnection>[0] {
  const db = hello && { databaseName: 'd', command: () => Promise.resolve(hello) }
  return {
    db,
    collections: {},
    asPromise: () => Promise.resolve(),
    getClient: () => ({}),
    once: () => undefined,
    off: () => undefined,
  }
}

const problemOf = (options: object, hello: object | undefined = {}): Promise<unknown> =>
  attachConnection(connection(hello), options as AttachOptions).then(
    () => 'none',
    (error: unknown) => (error instanceof CacheConfigError ? error.message : error),
  )

it.each([
  ['cache', {}],
  ['changestream', { cache, changestream: {} }],
  ['monitor', { cache, monitor: true }],
  ['changeStream', { cache, changeStream: true }],
  ['changeStream.redis', { cache, changeStream: {} }],
  ['changeStream.token', { cache, changeStream: { redis, token: cache } }],
  ['changeStream.name', { cache, changeStream: { redis, name: 'a:b' } }],
  ['changeStream.lease', { cache, changeStream: { redis, lease: '299ms' } }],
  ['changeStream.onGap', { cache, changeStream: { redis, onGap: 'epoch' } }],
])('refuses a wrong option by its path: %s', async (path, options) => {
  expect(await problemOf(options)).toMatch(new RegExp(`^${path.replace('.', '\\.')}: `))
})

it('refuses a standalone server, which has no change streams', async () => {
  expect(await problemOf({ cache, changeStream: { redis } }, { isWritablePrimary: true })).toBe(
    'changeStream: change streams need a replica set or a sharded cluster, and this server is neither',
  )
})

it('refuses a connection that is not open', async () => {
  expect(await attachConnection(connection(undefined), { cache: cache as never }).catch(String)).toContain(
    'connection: must be opened first',
  )
})
