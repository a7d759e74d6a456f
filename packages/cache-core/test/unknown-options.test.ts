import { expect, test } from 'vitest'
import { createCache, type Cache, type Definition, type KeyValue } from '../src/index.ts'

type Video = Definition<{ readonly id: KeyValue }, string>

const policy = { ttl: '5m' } as const
const id = 1

const calls: Readonly<Record<string, (video: Video, cache: Cache, options: never) => Promise<unknown>>> = {
  'cache.invalidate': (_, cache, options) => cache.invalidate({ key: 'video:1' }, options),
  invalidate: (video, _, options) => video.invalidate({ id }, options),
  invalidateMatching: (video, _, options) => video.invalidateMatching({ id }, options),
  'cache.guard': (_, cache, options) => cache.guard({ key: 'video:1' }, () => 'written', options),
  'cache.warm': (video, cache, options) => cache.warm([() => video.refresh({ id })], options),
  'cache.getOrSet': (_, cache, options) =>
    cache.getOrSet('key', () => 'loaded', Object.assign({ policy }, options as object)),
  get: (video, _, options) => video.get({ id }, options),
  getOrSet: (video, _, options) => video.getOrSet({ id }, options),
  'getOrSet with a loader': (video, _, options) => video.getOrSet({ id }, () => 'loaded', options),
  'getOrSet with a loader that is left out': (video, _, options) =>
    video.getOrSet({ id }, undefined as never, options),
  refresh: (video, _, options) => video.refresh({ id }, options),
  getMany: (video, _, options) => video.getMany([{ id }], options),
  getOrSetMany: (video, _, options) => video.getOrSetMany([{ id }], undefined, options),
}

const invalidations = ['cache.invalidate', 'invalidate', 'invalidateMatching']

const refused: readonly (readonly [call: string, options: unknown, path: string])[] = [
  ...Object.keys(calls).map((call) => [call, { dryrun: true }, 'dryrun'] as const),
  ...Object.keys(calls)
    .filter((call) => call !== 'cache.getOrSet')
    .map((call) => [call, 'hard', 'options'] as const),
  ...invalidations.map((call) => [call, { mode: 'softly' }, 'mode'] as const),
  ...invalidations.map((call) => [call, { onFailure: 'que' }, 'onFailure'] as const),
  ['getMany', { fresh: true }, 'fresh'],
  ['cache.warm', { concurrency: 0 }, 'concurrency'],
  ['cache.warm', { concurrency: Number.NaN }, 'concurrency'],
]

test.each(refused)('%s with %j does nothing but name what is wrong', async (name, options, path) => {
  const cache = createCache({ namespace: 'n' })
  let loads = 0
  const video = cache.define({ key: 'video:{id}', policy, load: () => `load ${String((loads += 1))}` })
  await video.set({ id }, 'kept')
  await expect(calls[name]?.(video, cache, options as never)).rejects.toMatchObject({
    code: 'E_CACHE_CONFIG',
    path,
  })
  expect(await video.get({ id })).toBe('kept')
  expect(loads).toBe(0)
  await cache.close()
})

test('a loader that misspells an option of skip shares nothing', async () => {
  const cache = createCache({ namespace: 'n' })
  const read = cache.getOrSet('key', ({ skip }) => skip('private', { share: false } as never), { policy })
  await expect(read).rejects.toMatchObject({ code: 'E_CACHE_CONFIG', path: 'share' })
  await cache.close()
})

test('a read whose loader is left out still takes its options', async () => {
  const cache = createCache({ namespace: 'n' })
  const video = cache.define({ key: 'video:{id}', policy, load: () => 'loaded' })
  await video.set({ id }, 'kept')
  expect(await video.getOrSet({ id }, undefined as never, { fresh: true })).toBe('loaded')
  await cache.close()
})
