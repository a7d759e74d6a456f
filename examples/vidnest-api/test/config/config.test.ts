import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Duration, durationToMs } from '@vidnest/cache-core'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig, shareServer, variableNames } from '../../src/config/config.ts'
import { type Times, timesOf, type TimeVariable } from '../../src/config/times.ts'
import { defineSessions } from '../../src/modules/users/sessions.ts'
import { offlineAreas } from '../support/offline-areas.ts'

const secret = { ACCESS_TOKEN_SECRET: 'x'.repeat(32) }

/** What is said of a bad environment. */
function messageOf(env: Readonly<Record<string, string>>): string {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('the environment was taken')
}

describe('a bad environment', () => {
  test.each([
    ['PORT', 'abc', 'must be a whole number from 0 to 65535'],
    ['PORT', '80.5', 'must be a whole number from 0 to 65535'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['REDIS_PORT', '0', 'must be a whole number from 1 to 65535'],
    ['REDIS_VIDEO_TTL', '0', 'must be a whole number, 1 or more'],
    ['REDIS_VIDEO_TTL', '15m', 'must be a whole number, 1 or more'],
    ['REDIS_URL', 'http://localhost', 'must be an address that begins with redis:// or rediss://'],
    ['MONGODB_URI', 'localhost', 'must be an address that begins with mongodb://'],
    ['CACHE', 'yes', 'must be on or off'],
    ['CACHE_NAMESPACE', 'a:b', 'must be of letters, digits, dots, dashes and underscores'],
    ['LOG_LEVEL', 'loud', 'must be fatal, error, warn, info, debug or silent'],
    ['RATE_LIMIT_LOGIN', '-1', 'must be a whole number, 1 or more'],
    ['ACCESS_TOKEN_SECRET', 'short', 'must be set, to at least 32 characters'],
  ])('%s=%s gets one line that says what it must be', (name, value, message) => {
    const lines = messageOf({ ...secret, [name]: value })
      .split('\n')
      .slice(1)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(`${name}: ${message}`)
  })

  test('is told of all at once, and never shows a value', () => {
    const message = messageOf({ PORT: 'my-port', REDIS_URL: 'http://:my-password@host', CACHE: 'my-cache' })
    expect(message.split('\n').slice(1)).toHaveLength(4)
    expect(message).not.toContain('my-')
  })

  test('without a secret says how to make one', () => {
    expect(messageOf({})).toContain('ACCESS_TOKEN_SECRET: must be set')
  })
})

describe('a good environment', () => {
  test('changes the lives that it names, and leaves the others as the tables of what is cached have them', () => {
    const times = timesOf(readConfig({ ...secret, REDIS_VIDEO_TTL: '60', REDIS_DEFAULT_TTL: '30' }))
    expect(times.duration('15m', 'REDIS_VIDEO_TTL')).toBe('60s')
    expect(times.duration('30m', 'REDIS_USER_TTL')).toBe('30m')
    expect(times.lives('5m', 'REDIS_VIDEO_LIST_TTL')).toEqual({ ttl: '30s', jitter: 0.1 })
  })

  test('gives each role a database of one server, or a server of its own', () => {
    const one = readConfig({ ...secret, REDIS_HOST: 'redis', REDIS_PASSWORD: 'p@ss', REDIS_TLS: 'on' })
    expect(one.redisUrls).toEqual({
      cache: 'rediss://:p%40ss@redis:6379/0',
      session: 'rediss://:p%40ss@redis:6379/1',
    })
    expect(shareServer(one.redisUrls)).toBe(true)
    const two = readConfig({ ...secret, REDIS_SESSION_URL: 'redis://durable:6380/0' })
    expect(two.redisUrls.session).toBe('redis://durable:6380/0')
    expect(shareServer(two.redisUrls)).toBe(false)
  })
})

/** The variables of `.env.example`; one behind a `#` is not set. */
function exampleLines(): { readonly name: string; readonly value: string; readonly isSet: boolean }[] {
  const text = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8')
  return [...text.matchAll(/^(# )?([A-Z][A-Z_]+)=(.*)$/gm)].map(([, comment, name = '', value = '']) => ({
    name,
    value,
    isSet: comment === undefined,
  }))
}

test('.env.example lists every variable, with the default where it sets one', () => {
  const lines = exampleLines()
  expect(new Set(lines.map(({ name }) => name))).toEqual(new Set(variableNames))
  expect(lines).toHaveLength(variableNames.length)
  const set = lines.filter(({ name, isSet }) => isSet && name !== 'MONGODB_URI')
  const example = readConfig({
    ...Object.fromEntries(set.map(({ name, value }) => [name, value])),
    ...secret,
  })
  expect(example).toEqual(readConfig(secret))
})

test('.env.example tells the life that each of its durations changes', () => {
  const lives = new Map<string, number>()
  const note = (usual: Duration, variable: TimeVariable): Duration => {
    lives.set(variable, durationToMs(usual, variable) / 1000)
    return usual
  }
  const times: Times = { duration: note, lives: (usual, variable) => ({ ttl: note(usual, variable) }) }
  offlineAreas(times)
  defineSessions(readConfig(secret), new Redis({ lazyConnect: true }), times)
  lives.set('REDIS_DEFAULT_TTL', lives.get('REDIS_VIDEO_LIST_TTL') ?? 0)
  const told = exampleLines().filter(({ name }) => /_TTL$|_SECONDS$/.test(name))
  expect(new Map(told.map(({ name, value }) => [name, Number(value)]))).toEqual(lives)
  expect(lives.get('REDIS_VIDEO_TTL')).toBe(900)
})
