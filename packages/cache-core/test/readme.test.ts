import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Cache, CacheOptions, Definition, Policy } from '../src/index.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** Names that the compiler keeps complete. */
type All<Of> = Readonly<Record<keyof Of, true>>

const options: All<CacheOptions> = {
  redis: true,
  memory: true,
  namespace: true,
  policies: true,
  redisTimeout: true,
  onInvalidationFailure: true,
  onFailover: true,
  waitTimeout: true,
  loaderConcurrency: true,
  codec: true,
  compression: true,
  maxValueBytes: true,
  enabled: true,
  clock: true,
}

const policy: All<Policy> = {
  ttl: true,
  jitter: true,
  negativeTtl: true,
  staleWhileRevalidate: true,
  staleIfError: true,
  softTimeout: true,
  hardTimeout: true,
  earlyRefresh: true,
  consistency: true,
}

const definitionCalls: All<Omit<Definition<unknown, unknown>, 'name'>> = {
  get: true,
  has: true,
  getMany: true,
  entry: true,
  getOrSet: true,
  getOrSetMany: true,
  refresh: true,
  set: true,
  writeThrough: true,
  expire: true,
  invalidate: true,
  invalidateMatching: true,
  key: true,
  target: true,
  targetMatching: true,
}

const cacheCalls: All<Omit<Cache, 'namespace'>> = {
  define: true,
  counter: true,
  getOrSet: true,
  invalidate: true,
  guard: true,
  warm: true,
  on: true,
  stats: true,
  health: true,
  close: true,
}

/** Names in the first column of the tables whose head begins with `title`. */
function namesIn(title: string): string[] {
  const tables = readme.split(/\n{2,}/).filter((block) => block.startsWith(`| ${title} |`))
  return tables.flatMap((table) =>
    table
      .split('\n')
      .slice(2)
      .flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)/g)])
      .map(([, name = '']) => name),
  )
}

test.each([
  ['Option', { ...options, ...policy }],
  ['Call of a definition', definitionCalls],
  ['Call of the cache', cacheCalls],
])('the tables "%s" of the README are complete, in the order of their rows', (title, names) => {
  expect(namesIn(title)).toEqual(Object.keys(names))
})
