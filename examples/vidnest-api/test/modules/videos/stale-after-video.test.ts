import type { InvalidateTarget } from '@vidnest/cache-core'
import type { Change } from '@vidnest/mongoose-plugin'
import { expect, test } from 'vitest'
import { staleAfterVideo } from '../../../src/modules/videos/cache.ts'
import { offlineAreas, usualTimes } from '../../support/offline-areas.ts'

const areas = offlineAreas(usualTimes)
const place = { owner: 'anna', category: 'music', isPublished: true }

function targets(change: Partial<Change>): string[] {
  const whole: Change = {
    op: 'update',
    id: '1',
    touched: new Set(['title']),
    source: 'query',
    exactness: 'exact',
    db: 'test',
    collection: 'videos',
    ...change,
  }
  return [...new Set(staleAfterVideo(whole, areas).map(nameOf))].sort()
}

function nameOf(target: InvalidateTarget): string {
  if (typeof target !== 'object') return target
  if ('key' in target) return `key ${String(target.key)}`
  return 'tag' in target ? `tag ${String(target.tag)}` : JSON.stringify(target)
}

const pages = [
  'key channel:stats:anna',
  'tag videos:category:music',
  'tag videos:owner:anna',
  'tag videos:unfiltered',
]

test('an edit tells the video and the pages that show it, but no search result', () => {
  expect(targets({ before: place, after: place })).toEqual([...pages, 'key video:1'].sort())
})

test('a move tells the pages of the old and of the new category', () => {
  expect(targets({ before: place, after: { ...place, category: 'gaming' } })).toEqual(
    [...pages, 'key video:1', 'tag videos:category:gaming'].sort(),
  )
})

test('a new owner tells the pages of both owners', () => {
  expect(targets({ before: place, after: { ...place, owner: 'ben' } })).toEqual(
    [...pages, 'key video:1', 'key channel:stats:ben', 'tag videos:owner:ben'].sort(),
  )
})

test.each([
  ['taking it back', { before: place, after: { ...place, isPublished: false } }],
  ['deleting it', { op: 'delete', touched: 'all', before: place }],
] as const)('%s tells its search results too', (_name, change) => {
  expect(targets(change)).toEqual([...pages, 'key video:1', 'tag video-found:1'].sort())
})

test('a draft is on no page, so a write to it tells no page', () => {
  const draft = { ...place, isPublished: false }
  expect(targets({ before: draft, after: draft })).toEqual(['key video:1'])
})

test('a write of which it is not known what it changed tells everything that it may have changed', () => {
  const unknown = { exactness: 'none', touched: 'all' } as const
  expect(targets(unknown)).toEqual(['key video:1', 'tag video-found:1', 'tag videos'])
  const many = { op: 'delete', ...unknown, source: 'bulk', db: 'test', collection: 'videos' } as const
  expect(staleAfterVideo(many, areas)).toEqual([{ tag: 'videos' }, { tag: 'videos:found' }])
})

test.each(['none', 'read', 'static'] as const)(
  'values that are not exact are not trusted: %s',
  (exactness) => {
    const move = { before: place, after: { ...place, category: 'gaming' }, exactness }
    expect(targets({ ...move, touched: new Set(['category']) })).toEqual(['key video:1', 'tag videos'])
    expect(targets({ ...move, touched: new Set(['isPublished']) })).toEqual([
      'key video:1',
      'tag video-found:1',
      'tag videos',
    ])
  },
)

test('titles that were changed in bulk may lag in search', () => {
  expect(targets({ exactness: 'none', touched: new Set(['title']) })).toEqual(['key video:1', 'tag videos'])
})
