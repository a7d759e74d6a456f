import type { ValueSlot } from '../../envelope/slot.ts'
import { staleSince } from '../../store/marker.ts'
import { duration } from '../terminal/units.ts'
import { generationMs, tagState } from './marker.ts'
import type { Inspection } from './read-inspection.ts'

/** What a read would make of a key. */
export interface Verdict {
  /**
   * `fresh`: it is served. `stale`: only as far as the policy allows. `unusable`: never served. `loading`: somebody loads.
   * `absent`: the next read loads. `foreign`: no entry.
   */
  readonly state: 'fresh' | 'stale' | 'unusable' | 'loading' | 'absent' | 'foreign'
  readonly reason:
    | 'fresh'
    | 'expired'
    | 'soft'
    | 'tag'
    | 'epoch'
    | 'damaged'
    | 'later'
    | 'lease'
    | 'absent'
    | 'counter'
    | 'other'
  /** One sentence. */
  readonly words: string
}

const policyDecides =
  'it is served only as far as staleWhileRevalidate and staleIfError of its policy reach, and else loaded again'

/** Judges a key in the order in which a read does. */
export function judge(inspection: Inspection): Verdict {
  const { facts } = inspection
  if (facts === undefined) return absent(inspection)
  const { slot } = facts
  switch (slot?.kind) {
    case 'value':
      return judgeValue(slot, inspection)
    case 'lease':
      return {
        state: 'loading',
        reason: 'lease',
        words: `Loading: a process holds the lease, which lapses in ${duration(Math.min(facts.ttlMs, 1e9))} unless it is renewed.`,
      }
    case 'foreign':
      return {
        state: 'unusable',
        reason: 'later',
        words: 'Of a later format: this version of the package loads without storing, and leaves it alone.',
      }
    case 'garbage':
    case 'absent':
      return {
        state: 'unusable',
        reason: 'damaged',
        words: 'Damaged: reads take it for a miss and load again.',
      }
    case undefined:
      return facts.kind === 'counter'
        ? {
            state: 'foreign',
            reason: 'counter',
            words: 'A counter (or a number of another program), no entry.',
          }
        : {
            state: 'foreign',
            reason: 'other',
            words: `No entry of this cache, but a ${facts.type} of another kind.`,
          }
  }
}

function absent({ barrierUntil, now }: Inspection): Verdict {
  const barred =
    barrierUntil > now
      ? `, and stores nothing for another ${duration(barrierUntil - now)}, while a writer’s barrier stands`
      : ''
  return {
    state: 'absent',
    reason: 'absent',
    words: `Absent: never stored, invalidated, expired or evicted. The next read loads${barred}.`,
  }
}

function judgeValue(slot: ValueSlot, { markers, generation, now }: Inspection): Verdict {
  if (generation !== undefined && slot.epoch !== generation.epoch) {
    return {
      state: 'unusable',
      reason: 'epoch',
      words:
        'Unusable: it was stored before a restart or a failover that may have lost invalidations (its epoch has ended), so reads load again.',
    }
  }
  const since = staleSince(
    [...markers.values()].map((marker) => marker?.text ?? null),
    slot.generation,
  )
  if (since < 0) return invalidated(slot, markers)
  if (since > 0) return softened(`its tag was invalidated softly ${ago(generationMs(since), now)}`)
  if (slot.isSoft) return softened(`it was invalidated softly ${ago(slot.freshUntil, now)}`)
  if (slot.freshUntil <= now) {
    return {
      state: 'stale',
      reason: 'expired',
      words: `Stale since ${duration(now - slot.freshUntil)}: ${policyDecides}.`,
    }
  }
  const left = slot.freshUntil === Infinity ? 'for ever' : `for another ${duration(slot.freshUntil - now)}`
  return { state: 'fresh', reason: 'fresh', words: `Usable: fresh ${left}.` }
}

function invalidated(slot: ValueSlot, markers: Inspection['markers']): Verdict {
  const states = [...markers.values()].map((marker) => tagState(marker, slot.generation))
  const why = states.includes('hard')
    ? 'a tag of it was invalidated after its load began'
    : states.includes('missing')
      ? 'the marker of a tag is missing (evicted or flushed), so nobody knows whether it was invalidated'
      : 'the marker of a tag is damaged'
  return { state: 'unusable', reason: 'tag', words: `Unusable: ${why}. Reads load again.` }
}

function softened(why: string): Verdict {
  return { state: 'stale', reason: 'soft', words: `Stale: ${why}; ${policyDecides}.` }
}

function ago(at: number, now: number): string {
  return `${duration(Math.max(0, now - at))} ago`
}
