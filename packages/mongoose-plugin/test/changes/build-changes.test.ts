import { expect, it } from 'vitest'

import { buildChanges } from '../../src/changes/build-changes.ts'
import type { Effect } from '../../src/changes/effect.ts'
import type { CachePluginOptions } from '../../src/options.ts'
import { Registration } from '../../src/registration.ts'

const place = { source: 'query', model: 'Video', db: 'd', collection: 'videos' } as const

function registration(options: Partial<CachePluginOptions> = {}): Registration {
  return new Registration(
    { cache: () => undefined as never, invalidate: () => [], ...options },
    { timestamps: true },
  )
}

function moved(id: number): Effect {
  const before = new Map([
    ['category', 'A'],
    ['owner', 'me'],
  ])
  const after = new Map([
    ['category', 'B'],
    ['owner', 'me'],
  ])
  const literal = new Map([['category', 'B']])
  const touched = new Set(['category'])
  return { op: 'update', id: [id], touched, before, after, literal, exactness: 'read', identity: 'exact' }
}

it('gives a registration its own watched fields', () => {
  expect(buildChanges([moved(1)], registration({ watch: ['category'] }), place)).toEqual([
    {
      op: 'update',
      id: 1,
      touched: new Set(['category']),
      before: { category: 'A' },
      after: { category: 'B' },
      exactness: 'read',
      ...place,
    },
  ])
})

it('leaves the values out where no watched field was touched', () => {
  const [change] = buildChanges([moved(1)], registration({ watch: ['owner'] }), place)
  expect(change).toMatchObject({ exactness: 'exact' })
  expect(change).not.toHaveProperty('before')
  expect(change).not.toHaveProperty('after')
})

it('leaves the values out where they are not known for certain', () => {
  const [change] = buildChanges(
    [{ ...moved(1), exactness: 'none' }],
    registration({ watch: ['category'] }),
    place,
  )
  expect(change).toMatchObject({ id: 1, exactness: 'none' })
  expect(change).not.toHaveProperty('before')
  expect(change).not.toHaveProperty('after')
})

it('tells no old value, and says so, where images are off', () => {
  const [change] = buildChanges(
    [moved(1)],
    registration({ watch: ['category', 'owner'], images: 'off' }),
    place,
  )
  expect(change).toMatchObject({ after: { category: 'B' }, exactness: 'static' })
  expect(change).not.toHaveProperty('before')
})

it('tells nothing of ignored fields, timestamps, the version key and counter guards', () => {
  const touched = new Set(['views.today', 'updatedAt', '__v', '_counters.views.0'])
  const effect: Effect = { op: 'update', id: [1], touched, exactness: 'exact', identity: 'exact' }
  expect(buildChanges([effect], registration({ ignore: ['views'] }), place)).toEqual([])
})

it('makes one change without an id of more documents than the limit', () => {
  const changes = buildChanges([moved(1), moved(2), moved(3)], registration({ bulk: { maxIds: 2 } }), place)
  expect(changes).toEqual([{ op: 'update', touched: new Set(['category']), exactness: 'none', ...place }])
})

it('calls a mixture above the limit unknown', () => {
  const removed: Effect = { op: 'delete', id: [2], touched: 'all', exactness: 'exact', identity: 'exact' }
  const changes = buildChanges([moved(1), removed], registration({ bulk: { maxIds: 1 } }), place)
  expect(changes).toEqual([{ op: 'unknown', touched: 'all', exactness: 'none', ...place }])
})
