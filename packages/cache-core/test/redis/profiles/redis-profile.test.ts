import { Cluster, Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { redisProfile, type RedisProfileName } from '../../../src/index.ts'
import { retryDelayMs } from '../../../src/redis/profiles/retry-delay.ts'
import { reconnectOnReadonly } from '../../../src/redis/profiles/reconnect-on-readonly.ts'
import { ManualClock } from '../../../src/testing/index.ts'

const whole: readonly RedisProfileName[] = ['cache', 'counter', 'session', 'sentinel']

test('rule 20: no profile of a client that asks lets a command wait without limit, queue or be sent twice', () => {
  for (const name of whole) {
    expect(redisProfile(name)).toMatchObject({
      commandTimeout: { cache: 150, sentinel: 150, session: 1000, counter: 1000 }[name as string],
      socketTimeout: 1000,
      connectTimeout: 500,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxLoadingRetryTime: 500,
    })
  }
  expect(redisProfile('sentinel')).toMatchObject({ failoverDetector: true, sentinelCommandTimeout: 500 })
  expect(redisProfile('cluster')).toMatchObject({
    enableOfflineQueue: false,
    slotsRefreshInterval: 1000,
    retryDelayOnFailover: 0,
    redisOptions: { commandTimeout: 150, socketTimeout: 1000, maxRetriesPerRequest: 0 },
  })
})

test('rule 20: a subscriber’s commands queue and are sent again', () => {
  const profile = redisProfile('subscriber')
  expect(profile).toMatchObject({ maxRetriesPerRequest: null, enableOfflineQueue: true, socketTimeout: 2000 })
  expect(profile).not.toHaveProperty('commandTimeout')
})

test('the options of a profile reach the client', () => {
  const single = new Redis({ ...redisProfile('cache'), host: '127.0.0.1', port: 1, lazyConnect: true })
  expect(single.options).toMatchObject({ host: '127.0.0.1', maxRetriesPerRequest: 0, socketTimeout: 1000 })
  const cluster = new Cluster([{ port: 1 }], { ...redisProfile('cluster'), lazyConnect: true })
  expect(cluster.options).toMatchObject({ slotsRefreshInterval: 1000, redisOptions: { commandTimeout: 150 } })
})

test('each call returns options of its own', () => {
  expect(redisProfile('cache')).not.toBe(redisProfile('cache'))
  expect(redisProfile('cache').reconnectOnError).not.toBe(redisProfile('cache').reconnectOnError)
})

test('an unknown name is refused', () => {
  expect(() => redisProfile('caches' as 'cache')).toThrow(/^name: must be one of cache, counter/)
})

test('attempts to connect double from 50 ms to a second, with a tenth of jitter', () => {
  for (const [attempt, delayMs] of [
    [1, 50],
    [2, 100],
    [5, 800],
    [6, 1000],
    [60, 1000],
    [5000, 1000],
  ] as const) {
    const delays = Array.from({ length: 100 }, () => retryDelayMs(attempt))
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(delayMs * 0.9 - 1)
    expect(Math.max(...delays)).toBeLessThanOrEqual(delayMs * 1.1 + 1)
    expect(new Set(delays).size).toBeGreaterThan(1)
  }
})

test('a server that has become a replica is left at once, one that stays one less and less often', () => {
  const clock = new ManualClock()
  const reconnect = reconnectOnReadonly(clock)
  const readonly = new Error("READONLY You can't write against a read only replica.")
  expect(reconnect(new Error('ERR unknown command'))).toBe(false)
  expect(reconnect(new Error('READONLY'))).toBe(false)
  expect(reconnect(readonly)).toBe(1)
  expect(reconnect(readonly)).toBe(false)
  for (const pauseMs of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    clock.advance(`${pauseMs - 1}ms`)
    expect(reconnect(readonly)).toBe(false)
    clock.advance('1ms')
    expect(reconnect(readonly)).toBe(1)
  }
  clock.advance('60001ms')
  expect(reconnect(readonly)).toBe(1)
  clock.advance('1000ms')
  expect(reconnect(readonly)).toBe(1)
})

test('on Redis 6.2, which wraps the error of a script, a replica is left too', () => {
  const wrapped =
    "ERR Error running script (call to f_1): @user_script: 1: -READONLY You can't write against a read only replica."
  expect(reconnectOnReadonly(new ManualClock())(new Error(wrapped))).toBe(1)
})
