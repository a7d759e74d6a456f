import type { ValueSlot } from '../../envelope/slot.ts'
import { kindTitles } from '../survey/key-kind.ts'
import { printable } from '../terminal/printable.ts'
import { pairLines } from '../terminal/table.ts'
import { bytes, duration, timestamp } from '../terminal/units.ts'
import { generationMs, type Marker, tagState, type TagState } from './marker.ts'
import { valueOf, type Inspection } from './read-inspection.ts'
import type { ShownValue } from './show-value.ts'
import type { Verdict } from './verdict.ts'

/** What `inspect` found. */
export interface InspectReport {
  readonly namespace: string
  readonly inspection: Inspection
  readonly verdict: Verdict
  /** `undefined` when nobody asked for it. */
  readonly value: ShownValue | undefined
}

const codecTitles: Readonly<Record<string, string>> = {
  j: 'JSON',
  r: 'JSON with the types that it lacks',
  m: 'MessagePack',
  v: 'structured clone',
}
const packTitles: Readonly<Record<string, string>> = { z: 'zstd', g: 'gzip', b: 'brotli' }

/** For programs; times and lengths of time in ms, by Redis' clock. */
export function inspectDocument({ namespace, inspection, verdict, value }: InspectReport): unknown {
  const { facts, now } = inspection
  const slot = valueOf(facts)
  return {
    namespace,
    key: inspection.key,
    redisKey: inspection.redisKey,
    kind: facts?.kind ?? 'absent',
    ...verdict,
    now: Math.round(now),
    ...(facts !== undefined && {
      ttlMs: facts.ttlMs === Infinity ? null : facts.ttlMs,
      bytes: facts.length,
      ...(facts.memory !== undefined && { memoryBytes: facts.memory }),
    }),
    ...(slot !== undefined && entryDocument(slot, inspection)),
    barrierMs: left(inspection.barrierUntil, now),
    isServerNew: inspection.isServerNew ?? null,
    ...(value !== undefined && ('json' in value ? { value: value.json } : { valueTrouble: value.trouble })),
  }
}

function entryDocument(slot: ValueSlot, { facts, markers, generation, now }: Inspection): object {
  return {
    version: slot.version,
    epoch: slot.epoch,
    presentEpoch: generation?.epoch ?? null,
    generation: slot.generation,
    loadedAt: slot.loadedAt,
    ageMs: Math.max(0, Math.round(now - slot.loadedAt)),
    loadMs: slot.loadCostMs,
    freshUntil: slot.freshUntil === Infinity ? null : slot.freshUntil,
    soft: slot.isSoft,
    refreshMs: left(slot.refreshUntil, now),
    codec: slot.codec,
    compression: packTitles[slot.flags.toLowerCase()] ?? null,
    payloadBytes: facts?.payloadLength ?? 0,
    tags: [...markers].map(([tag, marker]) => ({
      tag,
      state: tagState(marker, slot.generation),
      ...(marker !== undefined && {
        hard: marker.hard,
        soft: marker.soft,
        barrierMs: left(marker.barrierUntil, now),
      }),
    })),
  }
}

/** For people. */
export function inspectLines(report: InspectReport, emphasise: (text: string) => string): string[] {
  const { inspection, verdict, value } = report
  const slot = valueOf(inspection.facts)
  const notes = notesOf(report)
  return [
    `${printable(inspection.key)} in namespace ${report.namespace} (${printable(inspection.redisKey)})`,
    '',
    emphasise(verdict.words),
    ...notes,
    ...(inspection.facts === undefined ? [] : ['', ...pairLines(pairsOf(slot, inspection))]),
    ...(slot === undefined ? [] : tagLines(slot, inspection)),
    ...valueLines(value),
  ]
}

function notesOf({ namespace, inspection, verdict }: InspectReport): string[] {
  const { key, generation, isServerNew, facts } = inspection
  const notes: string[] = []
  if (facts === undefined && key.startsWith(`${namespace}:`))
    notes.push(
      `Keys are given without the namespace: did you mean ${printable(key.slice(namespace.length + 1))}?`,
    )
  if (verdict.state !== 'fresh' && verdict.state !== 'stale') return notes
  if (generation === undefined)
    notes.push(
      "But the namespace's generation is missing (evicted or flushed): processes that already run use the entry, those that start now do not.",
    )
  if (isServerNew === true)
    notes.push(
      'But the server was restarted or promoted since the epoch began: the next process that connects begins another, and nothing that was stored before is used.',
    )
  return notes
}

function pairsOf(
  slot: ValueSlot | undefined,
  { facts, generation, now, barrierUntil }: Inspection,
): [string, string][] {
  if (facts === undefined) return []
  const size = `${bytes(facts.length)} in Redis${facts.memory === undefined ? '' : `, ${bytes(facts.memory)} of its memory`}`
  const ends = facts.ttlMs === Infinity ? 'never' : `in ${duration(facts.ttlMs)}`
  const barrier =
    barrierUntil > now ? `stands for another ${duration(barrierUntil - now)}: nothing is stored` : 'none'
  if (slot === undefined) {
    return [
      ['Kind', kindTitles[facts.kind]],
      ['Size', size],
      ['Expires', ends],
      ['Barrier', barrier],
    ]
  }
  const isPresent = slot.epoch === generation?.epoch
  const isRefreshing = slot.refreshUntil > now
  return [
    [
      'Loaded',
      `${timestamp(slot.loadedAt)}, ${duration(Math.max(0, now - slot.loadedAt))} ago; it took ${duration(slot.loadCostMs)}`,
    ],
    ['Fresh until', freshText(slot, now)],
    ['Expires', ends],
    [
      'Refresh',
      isRefreshing ? `under way; its lease lapses in ${duration(slot.refreshUntil - now)}` : 'none under way',
    ],
    ['Barrier', barrier],
    ['Version', `${String(slot.version)}, so only definitions of that version use it`],
    [
      'Epoch',
      `${printable(slot.epoch)}, ${isPresent ? 'the present one' : `not the present one${generation === undefined ? '' : ` (${printable(generation.epoch)})`}`}`,
    ],
    ['Generation', `${String(slot.generation)} (${timestamp(generationMs(slot.generation))})`],
    ['Value', `${bytes(facts.payloadLength)}, ${codecText(slot)}`],
    ['Size', size],
  ]
}

function codecText({ codec, flags }: ValueSlot): string {
  const title = codecTitles[codec] ?? `codec ${printable(codec)}`
  const packed = packTitles[flags.toLowerCase()]
  return packed === undefined ? title : `${title}, compressed by ${packed}`
}

function freshText({ freshUntil, isSoft }: ValueSlot, now: number): string {
  if (freshUntil === Infinity) return 'for ever'
  const when = freshUntil > now ? `in ${duration(freshUntil - now)}` : `${duration(now - freshUntil)} ago`
  return `${timestamp(freshUntil)}, ${when}${isSoft ? '; it was invalidated softly' : ''}`
}

function tagLines(slot: ValueSlot, { markers, now }: Inspection): string[] {
  if (markers.size === 0) return ['', 'Tags: none']
  const pairs = [...markers].map(([tag, marker]): [string, string] => [
    `  ${printable(tag)}`,
    tagText(tagState(marker, slot.generation), marker, now),
  ])
  return ['', 'Tags', ...pairLines(pairs)]
}

function tagText(state: TagState, marker: Marker | undefined, now: number): string {
  const { hard = 0, soft = 0, barrierUntil = 0 } = marker ?? {}
  const since = (generation: number): string => `${duration(Math.max(0, now - generationMs(generation)))} ago`
  const words: Readonly<Record<TagState, string>> = {
    good: `not invalidated since the load began (last change ${since(Math.max(hard, soft))})`,
    hard: `invalidated ${since(hard)}, after the load began`,
    soft: `invalidated softly ${since(soft)}, after the load began`,
    missing: 'its marker is missing (evicted or flushed), so the entry is not used',
    damaged: 'its marker is damaged, so the entry is not used',
  }
  const barrier = left(barrierUntil, now)
  if (barrier === 0) return words[state]
  return `${words[state]}; a writer’s barrier stands for another ${duration(barrier)}`
}

function left(until: number, now: number): number {
  return Math.max(0, Math.round(until - now))
}

function valueLines(value: InspectReport['value']): readonly string[] {
  if (value === undefined) return []
  return ['', ...('lines' in value ? value.lines : [`The value cannot be shown: ${value.trouble}.`])]
}
