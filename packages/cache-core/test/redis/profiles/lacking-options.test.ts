import { Cluster, Redis } from 'ioredis'
import { Redis as Redis5, Cluster as Cluster5 } from 'ioredis5'
import { expect, test, vi } from 'vitest'
import { createCache, redisProfile, type RedisLike } from '../../../src/index.ts'
import { lackingOptions } from '../../../src/redis/profiles/lacking-options.ts'

const nodes = [{ host: '127.0.0.1', port: 1 }]

function single(options: object): RedisLike {
  return new Redis({ ...options, lazyConnect: true })
}

function cluster(options: object): RedisLike {
  return new Cluster(nodes, { ...options, lazyConnect: true })
}

/** The options that the warnings are about. */
function named(client: RedisLike): (string | undefined)[] {
  return lackingOptions(client).map((message) => /^redis\.options\.(\S+) /.exec(message)?.[1])
}

const sentinel = { sentinels: [{ host: '127.0.0.1', port: 1 }], name: 'main' }

test('rule 20: a client with its profile lacks nothing, with ioredis 5 neither', () => {
  expect(named(single(redisProfile('cache')))).toEqual([])
  expect(named(single(redisProfile('counter')))).toEqual([])
  expect(named(single(redisProfile('session')))).toEqual([])
  expect(named(single({ ...redisProfile('sentinel'), ...sentinel }))).toEqual([])
  expect(named(cluster(redisProfile('cluster')))).toEqual([])
  expect(named(new Redis5({ ...redisProfile('cache'), lazyConnect: true }))).toEqual([])
  expect(named(new Cluster5(nodes, { ...redisProfile('cluster'), lazyConnect: true }))).toEqual([])
})

test('rule 20: a client with ioredis’ defaults lacks what they are unsafe in', () => {
  const usual = ['maxRetriesPerRequest', 'enableOfflineQueue', 'socketTimeout', 'commandTimeout']
  expect(named(single({}))).toEqual(usual)
  expect(named(new Redis5({ lazyConnect: true }))).toEqual(usual)
  expect(named(single(sentinel))).toEqual([...usual, 'failoverDetector', 'sentinelCommandTimeout'])
  expect(named(cluster({}))).toEqual([
    'enableOfflineQueue',
    'redisOptions.socketTimeout',
    'redisOptions.commandTimeout',
    'slotsRefreshInterval',
    'retryDelayOnFailover',
  ])
})

test.each([
  ['maxRetriesPerRequest', { maxRetriesPerRequest: 1, autoResendUnfulfilledCommands: true }],
  ['maxRetriesPerRequest', { maxRetriesPerRequest: null, autoResendUnfulfilledCommands: true }],
  ['enableOfflineQueue', { enableOfflineQueue: true }],
  ['socketTimeout', { socketTimeout: 0 }],
  ['reconnectOnError', { reconnectOnError: () => 2 as const }],
] as const)('rule 20: %s is found out when it is %j', (option, change) => {
  expect(named(single({ ...redisProfile('cache'), ...change }))).toEqual([option])
})

test('rule 20: what was sent on a lost connection would neither be sent again nor fail', () => {
  const client = single({ ...redisProfile('cache'), maxRetriesPerRequest: 3 })
  expect(named(client)).toEqual(['maxRetriesPerRequest', 'autoResendUnfulfilledCommands'])
})

test('a deadline of the client’s own is not missed where a silent connection is given up', () => {
  const options = { ...redisProfile('cache'), commandTimeout: undefined }
  expect(named(single(options))).toEqual([])
})

test('a reconnectOnError that throws, or leaves a replica without sending again, is nobody’s business', () => {
  for (const reconnectOnError of [
    () => 1 as const,
    () => false,
    () => {
      throw new Error('a user’s fault')
    },
  ]) {
    expect(named(single({ ...redisProfile('cache'), reconnectOnError }))).toEqual([])
  }
})

test('createCache warns of each, once, and tells them in health too, for those who listen later', async () => {
  const cache = createCache({ redis: single({}), namespace: 'n' })
  const heard = vi.fn()
  cache.on('warning', heard)
  await Promise.resolve()
  const messages = heard.mock.calls.map(([{ message }]) => message as string)
  expect(messages).toHaveLength(4)
  expect(messages[0]).toMatch(
    /^redis\.options\.maxRetriesPerRequest .* take it from redisProfile\('cache'\)$/,
  )
  expect((await cache.health()).warnings).toEqual(messages)
  expect(heard).toHaveBeenCalledTimes(4)
  const good = createCache({ redis: single(redisProfile('cache')), namespace: 'n' })
  expect((await good.health()).warnings).toEqual([])
})
