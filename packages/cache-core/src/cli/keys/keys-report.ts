import type { KeyFacts } from '../survey/key-facts.ts'
import { kindTitles } from '../survey/key-kind.ts'
import { printable } from '../terminal/printable.ts'
import { tableLines } from '../terminal/table.ts'
import { bytes, countOf, duration } from '../terminal/units.ts'
import type { KeyPage } from './list-keys.ts'

/** For programs; lengths of time in ms, memory in bytes. */
export function keysDocument({ keys, next }: KeyPage, now: number): unknown {
  return {
    keys: keys.map((facts) => ({
      key: facts.key ?? facts.name,
      redisKey: facts.name,
      kind: facts.kind,
      type: facts.type,
      ...(facts.slot?.kind === 'value' && {
        ageMs: age(facts.slot.loadedAt, now),
        fresh: isFresh(facts, now),
      }),
      ttlMs: facts.ttlMs === Infinity ? null : facts.ttlMs,
      ...(facts.memory !== undefined && { memoryBytes: facts.memory }),
    })),
    cursor: next ?? null,
  }
}

/** For people. */
export function keysLines({ keys, next }: KeyPage, now: number): string[] {
  if (keys.length === 0 && next === undefined) return ['There are no such keys.']
  const rows = keys.map((facts) => [
    kindTitles[facts.kind],
    ageText(facts, now),
    facts.ttlMs === Infinity ? 'none' : duration(facts.ttlMs),
    facts.memory === undefined ? '?' : bytes(facts.memory),
    printable(facts.key ?? facts.name),
  ])
  const table = tableLines(
    [
      { title: 'Kind' },
      { title: 'Age' },
      { title: 'TTL' },
      { title: 'Memory', align: 'right' },
      { title: 'Key' },
    ],
    rows,
  )
  const end =
    next === undefined
      ? countOf(keys.length, 'key')
      : `${countOf(keys.length, 'key')} so far; go on with --cursor ${next}`
  return [...table, '', end]
}

function ageText(facts: KeyFacts, now: number): string {
  const { slot } = facts
  if (slot?.kind !== 'value') return '-'
  return `${duration(age(slot.loadedAt, now))}${isFresh(facts, now) ? '' : ', stale'}`
}

function isFresh({ slot }: KeyFacts, now: number): boolean {
  return slot?.kind === 'value' && slot.freshUntil > now && !slot.isSoft
}

function age(loadedAt: number, now: number): number {
  return Math.max(0, Math.round(now - loadedAt))
}
