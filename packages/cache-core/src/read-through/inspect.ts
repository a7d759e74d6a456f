import type { ValueSlot } from '../envelope/slot.ts'
import type { EntryInfo } from '../definition.ts'
import { isCacheError } from '../errors.ts'
import type { EntryStore } from '../store/entry-store.ts'
import type { ServerTime } from '../time/server-time.ts'
import type { EntryRequest } from './entry-request.ts'
import type { Judge, Verdict } from './judge.ts'
import type { NearReads } from './near-reads.ts'

/** What inspecting takes. */
export interface InspectorOptions {
  readonly judge: Judge
  readonly time: ServerTime
  readonly store: Pick<EntryStore, 'tier' | 'trust'>
  /** Whether what Redis holds may be believed: not while invalidations wait to be done. */
  readonly trusts: () => boolean
  /** The tier before it, where there is one. */
  readonly near: NearReads | undefined
}

/** Tells what a slot holds and why a read would or would not use it; counts and changes nothing. */
export class Inspector {
  readonly #options: InspectorOptions

  constructor(options: InspectorOptions) {
    this.#options = options
  }

  async inspect(request: EntryRequest): Promise<EntryInfo<unknown>> {
    const redisKey = request.key
    const { judge, store, trusts } = this.#options
    const unreachable: EntryInfo<unknown> = {
      hit: false,
      tier: 'none',
      stale: false,
      reason: 'unreachable',
      tags: [],
      redisKey,
    }
    const near = this.#options.near?.inspect(request)
    if (near !== undefined) return { hit: true, tier: 'memory', stale: false, redisKey, ...near }
    if (!trusts()) return unreachable
    try {
      await store.trust()
      const verdict = await judge.look(request)
      if (verdict.kind === 'hit')
        return {
          hit: true,
          tier: store.tier,
          stale: false,
          redisKey,
          value: verdict.value,
          ...this.#times(verdict.slot),
        }
      const slot = verdict.kind === 'miss' || verdict.kind === 'stale' ? verdict.slot : undefined
      const reason = missReason(verdict)
      if (slot === undefined) return { hit: false, tier: 'none', stale: false, reason, tags: [], redisKey }
      return {
        hit: false,
        tier: store.tier,
        stale: true,
        reason,
        redisKey,
        ...this.#times(slot),
        ...staleValue(request, slot),
      }
    } catch (error) {
      if (!isCacheError(error)) throw error
      return unreachable
    }
  }

  #times(slot: ValueSlot): { age: number; ttl: number; tags: readonly string[] } {
    const now = this.#options.time.now()
    return { age: Math.max(0, now - slot.loadedAt), ttl: Math.max(0, slot.freshUntil - now), tags: slot.tags }
  }
}

function staleValue(request: EntryRequest, slot: ValueSlot): { value?: unknown } {
  try {
    return { value: request.rules.format.decode(slot) }
  } catch {
    return {}
  }
}

function missReason(verdict: Exclude<Verdict, { kind: 'hit' }>): NonNullable<EntryInfo<unknown>['reason']> {
  if (verdict.kind === 'lease') return 'loading'
  if (verdict.kind === 'newer') return 'version'
  return verdict.reason === 'fresh' ? 'absent' : verdict.reason
}
