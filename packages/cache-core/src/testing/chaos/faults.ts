import { CacheConfigError } from '../../errors.ts'
import { finiteDurationToMs, type Duration } from '../../time/duration.ts'

/** Troubles that a {@link Chaos} makes. Shares are from 0 to 1, and together at most 1. */
export interface ChaosFaults {
  /** Takes the connection away: nothing is sent, and the cache knows it at once. @defaultValue `false` */
  readonly down?: boolean
  /** How long it takes before an operation begins: always so long, or by chance from the first to the second. */
  readonly latency?: Duration | readonly [least: Duration, most: Duration]
  /** Share of operations that fail before they are done. */
  readonly errors?: number
  /** Share of operations that are neither done nor answered. */
  readonly hangs?: number
  /** Share of operations that are done, but never answered; a store may do them after its caller has given up. */
  readonly lostReplies?: number
  /** Share of operations on many keys (in Redis: pipelines) that are done for some of them, and then fail. */
  readonly partials?: number
  /**
   * Which operations are concerned, by their names: commands in capitals such as `'EVALSHA'`, `'PIPELINE'`, or the methods
   * of a store. @defaultValue all of them
   */
  readonly only?: (operation: string) => boolean
}

/** How an operation ends. */
export type Fate = 'done' | 'errors' | 'hangs' | 'lostReplies' | 'partials'

/** {@link ChaosFaults}, checked. */
export interface ResolvedFaults {
  readonly down: boolean
  readonly latencyMs: readonly [least: number, most: number]
  readonly shares: readonly (readonly [Exclude<Fate, 'done'>, number])[]
  readonly only: (operation: string) => boolean
}

const kinds = ['errors', 'hangs', 'lostReplies', 'partials'] as const
const known = ['down', 'latency', 'only', ...kinds]

/** @throws {CacheConfigError} naming what cannot be. */
export function resolveFaults(faults: ChaosFaults): ResolvedFaults {
  const unknown = Object.keys(faults).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new CacheConfigError(unknown, `is no fault; known are ${known.join(', ')}`)
  const shares = kinds.map((kind) => [kind, checkShare(faults[kind] ?? 0, kind)] as const)
  if (shares.reduce((sum, [, share]) => sum + share, 0) > 1)
    throw new CacheConfigError(kinds.join(' + '), 'must be at most 1 together')
  return {
    down: faults.down ?? false,
    latencyMs: latencyOf(faults.latency),
    shares,
    only: faults.only ?? (() => true),
  }
}

function checkShare(share: number, path: string): number {
  if (typeof share !== 'number' || !(share >= 0 && share <= 1))
    throw new CacheConfigError(path, 'must be a share from 0 to 1')
  return share
}

function latencyOf(latency: ChaosFaults['latency']): readonly [number, number] {
  if (latency === undefined) return [0, 0]
  const [least, most] = typeof latency === 'object' ? latency : [latency, latency]
  const range = [finiteDurationToMs(least, 'latency'), finiteDurationToMs(most, 'latency')] as const
  if (range[0] > range[1]) throw new CacheConfigError('latency', 'must not begin above its end')
  return range
}
