import { CacheConfigError } from '@vidnest/cache-core'
import mongoose from 'mongoose'
import { expect, it } from 'vitest'

import { cachePlugin } from '../src/cache-plugin.ts'

const good = { cache: () => ({}), invalidate: () => [] }

function pathOf(options: unknown): string | undefined {
  try {
    cachePlugin(new mongoose.Schema({}) as never, options as never)
  } catch (error) {
    if (error instanceof CacheConfigError) return error.path
    throw error
  }
  return undefined
}

it.each([
  ['options', undefined],
  ['cache', { ...good, cache: undefined }],
  ['cache', { ...good, cache: {} }],
  ['invalidate', { ...good, invalidate: 'all' }],
  ['policy', { ...good, policy: 5 }],
  ['watch', { ...good, watch: 'owner' }],
  ['watch[1]', { ...good, watch: ['owner', ''] }],
  ['watch[0]', { ...good, watch: ['a.$.b'] }],
  ['ignore[0]', { ...good, ignore: [7] }],
  ['images', { ...good, images: 'fenced' }],
  ['bulk', { ...good, bulk: 500 }],
  ['bulk.maxIds', { ...good, bulk: { maxIds: -1 } }],
  ['bulk.mode', { ...good, bulk: { mode: 'ids' } }],
  ['consistency', { ...good, consistency: 'fenced' }],
  ['onError', { ...good, onError: 'warn' }],
  ['watched', { ...good, watched: [] }],
])('names %s when it is wrong', (path, options) => {
  expect(pathOf(options)).toBe(path)
})

it.each(['off', 'read', 'guarded', 'transaction'])(
  'takes every option there is, and images: %s',
  (images) => {
    const all = {
      policy: { ttl: '1m' },
      watch: ['a'],
      ignore: ['b'],
      images,
      bulk: { maxIds: 0 },
      consistency: 'strict',
      onError: 'throw',
    }
    expect(pathOf({ ...good, ...all })).toBeUndefined()
  },
)

it('needs nothing but a cache', () => {
  expect(pathOf({ cache: good.cache })).toBeUndefined()
})
