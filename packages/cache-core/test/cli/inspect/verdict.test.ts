import { describe, expect, test } from 'vitest'
import { parseMarker } from '../../../src/cli/inspect/marker.ts'
import type { Inspection } from '../../../src/cli/inspect/read-inspection.ts'
import { judge } from '../../../src/cli/inspect/verdict.ts'
import { parseGeneration } from '../../../src/cli/survey/generation.ts'
import { decodeSlot, encodeValueSlot, type NewValue } from '../../../src/envelope/slot.ts'

const now = 1_700_000_100_000
const loadedAt = now - 60_000
/** The generation at the start of the load. */
const noted = loadedAt * 1000

const value: NewValue = {
  token: 'tokentoken12',
  generation: noted,
  epoch: 'epoch-01',
  loadedAt,
  freshUntil: now + 60_000,
  loadCostMs: 12,
  version: 1,
  codec: 'j',
  flags: '-',
  tags: ['videos', 'video:1'],
  payload: '"v"',
}

function marker(hard: number, soft = hard): string {
  return `${String(hard).padStart(16, '0')} ${String(soft).padStart(16, '0')}`
}

/** An entry whose tags were never invalidated, but for what is changed. */
function entry(
  changes: Partial<NewValue> = {},
  markers: Readonly<Record<string, string | null>> = {},
  epoch: string | undefined = 'epoch-01',
): Inspection {
  const slot = decodeSlot(encodeValueSlot({ ...value, ...changes }))
  const texts = { videos: marker(noted - 5), 'video:1': marker(noted - 5), ...markers }
  return {
    ...nothing,
    facts: { ...facts, kind: 'entry', slot },
    markers: new Map(Object.entries(texts).map(([tag, text]) => [tag, parseMarker(text)])),
    generation: epoch === undefined ? undefined : parseGeneration(`${String(noted)} ${epoch} run1`),
  }
}

const facts = {
  name: 'shop:video:1',
  key: 'video:1',
  kind: 'other',
  type: 'string',
  ttlMs: 90_000,
  memory: 100,
  length: 120,
  payloadLength: 3,
  slot: undefined,
} as const

const nothing: Inspection = {
  key: 'video:1',
  redisKey: 'shop:video:1',
  now,
  facts: undefined,
  markers: new Map(),
  generation: undefined,
  barrierUntil: 0,
  isServerNew: false,
}

describe('an entry', () => {
  test('is usable while it is fresh', () => {
    expect(judge(entry())).toEqual({
      state: 'fresh',
      reason: 'fresh',
      words: 'Usable: fresh for another 1 m.',
    })
    expect(judge(entry({ freshUntil: Infinity })).words).toBe('Usable: fresh for ever.')
    expect(judge(entry({ tags: [] }, {}))).toMatchObject({ state: 'fresh' })
  })

  test('is stale from the end of its freshness on, and then its policy decides', () => {
    const verdict = judge(entry({ freshUntil: now - 3000 }))
    expect(verdict).toMatchObject({ state: 'stale', reason: 'expired' })
    expect(verdict.words).toContain('Stale since 3.0 s: it is served only as far as staleWhileRevalidate')
  })

  test('is unusable once a tag was invalidated after its load began', () => {
    const verdict = judge(entry({}, { videos: marker(noted + 1) }))
    expect(verdict).toMatchObject({ state: 'unusable', reason: 'tag' })
    expect(verdict.words).toContain('a tag of it was invalidated after its load began')
  })

  test('is unusable when the marker of a tag is missing or damaged', () => {
    expect(judge(entry({}, { videos: null })).words).toContain(
      'the marker of a tag is missing (evicted or flushed)',
    )
    expect(judge(entry({}, { videos: 'garbage' })).words).toContain('the marker of a tag is damaged')
  })

  test('is stale once it, or a tag of it, was invalidated softly', () => {
    const byTag = judge(entry({}, { videos: marker(noted - 5, (now - 2000) * 1000) }))
    expect(byTag).toMatchObject({ state: 'stale', reason: 'soft' })
    expect(byTag.words).toContain('its tag was invalidated softly 2.0 s ago')
    const text = encodeValueSlot({ ...value, freshUntil: now - 4000 })
    const soft = decodeSlot(`${text.slice(0, 101)}s${text.slice(102)}`)
    const byKey = judge({ ...entry(), facts: { ...facts, kind: 'entry', slot: soft } })
    expect(byKey).toMatchObject({ state: 'stale', reason: 'soft' })
    expect(byKey.words).toContain('it was invalidated softly 4.0 s ago')
  })

  test('is unusable in another epoch, whatever else holds', () => {
    expect(judge(entry({}, {}, 'epoch-02'))).toMatchObject({ state: 'unusable', reason: 'epoch' })
    expect(judge(entry({}, {}, undefined))).toMatchObject({ state: 'fresh' })
  })

  test('of a later format, or damaged, is unusable', () => {
    const of = (text: string): Inspection => ({
      ...nothing,
      facts: { ...facts, kind: 'entry', slot: decodeSlot(text) },
    })
    expect(judge(of(`V2${'-'.repeat(120)}`))).toMatchObject({ state: 'unusable', reason: 'later' })
    expect(judge(of(`V1${'-'.repeat(120)}`))).toMatchObject({ state: 'unusable', reason: 'damaged' })
  })
})

describe('what is no entry', () => {
  test('is absent, and says when a barrier keeps the next value out', () => {
    expect(judge(nothing)).toMatchObject({ state: 'absent', reason: 'absent' })
    expect(judge(nothing).words).toMatch(/The next read loads\.$/)
    expect(judge({ ...nothing, barrierUntil: now + 5000 }).words).toContain(
      'stores nothing for another 5.0 s',
    )
    expect(judge({ ...nothing, barrierUntil: now - 1 }).words).toMatch(/The next read loads\.$/)
  })

  test('is a lease, a counter or something else', () => {
    const lease = decodeSlot(`L1tokentoken12${'0'.repeat(16)}`)
    expect(judge({ ...nothing, facts: { ...facts, kind: 'lease', slot: lease, ttlMs: 2000 } })).toMatchObject(
      {
        state: 'loading',
        words: 'Loading: a process holds the lease, which lapses in 2.0 s unless it is renewed.',
      },
    )
    expect(judge({ ...nothing, facts: { ...facts, kind: 'counter' } }).reason).toBe('counter')
    expect(judge({ ...nothing, facts: { ...facts, type: 'hash' } })).toMatchObject({
      reason: 'other',
      state: 'foreign',
    })
  })
})
