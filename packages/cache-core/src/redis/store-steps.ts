import type {
  Barrier,
  ExpireRequest,
  InvalidationMode,
  Lease,
  SlotQuestion,
  SlotRead,
} from '../store/entry-store.ts'
import { createToken } from '../envelope/token.ts'
import type { KeyNames } from '../store/key-names.ts'
import { leaseMs } from '../store/lifetimes.ts'
import type { Clock } from '../time/clock.ts'
import type { ServerTime } from '../time/server-time.ts'
import { idleMarkerMs, markerMs, scriptMs } from './lifetimes.ts'
import type { EpochGuard } from './epoch-guard.ts'
import type { RedisGate } from './redis-gate.ts'
import type { RedisArgument } from './redis-like.ts'
import { runScript } from './run-script.ts'
import { scripts } from './scripts.generated.ts'

/** What a store on Redis is made of. */
export interface RedisStoreOptions {
  readonly gate: RedisGate
  readonly names: KeyNames
  readonly epoch: Pick<EpochGuard, 'epoch' | 'identity' | 'trust' | 'observe'>
  readonly clock: Clock
  readonly time: ServerTime
}

/** Keys and arguments of a script. */
export interface ScriptCall {
  readonly keys: readonly string[]
  readonly args: readonly RedisArgument[]
}

/** Runs one of the scripts that the breaker may hold back. */
export function script(
  { gate }: RedisStoreOptions,
  name: 'acquire' | 'settle' | 'renew' | 'noteTags' | 'expire',
  call: ScriptCall,
): Promise<unknown> {
  return gate.run(name, () => runScript(gate.client, scripts[name], call))
}

/** Prolongs a lease; whether it still stood. */
export async function renewLease(options: RedisStoreOptions, lease: Lease): Promise<boolean> {
  return (
    (await script(options, 'renew', { keys: [lease.key], args: [lease.token, lease.mode, leaseMs] })) === 1
  )
}

export function markerNames({ names }: RedisStoreOptions, tags: readonly string[]): string[] {
  return tags.map((tag) => names.marker(tag))
}

/**
 * Reads many slots with the markers of their tags, each slot and each marker once: entries that are read together mostly
 * share their tags.
 */
export async function readSlots(
  { names }: RedisStoreOptions,
  questions: readonly SlotQuestion[],
  read: (names: readonly string[]) => Promise<readonly (string | null)[]>,
): Promise<readonly SlotRead[]> {
  const keys = questions.map(({ key }) => key)
  const asked = [...new Set(keys)]
  // Nearly always each is asked for once, and stands where its question does.
  const slotsAt = asked.length === keys.length ? undefined : new Map(asked.map((key, at) => [key, at]))
  const markersAt = new Map<string, number>()
  for (const { tags } of questions) {
    for (const tag of tags) {
      if (!markersAt.has(tag)) markersAt.set(tag, asked.push(names.marker(tag)) - 1)
    }
  }
  const values = await read(asked)
  const markerOf = (tag: string): string | null => values[markersAt.get(tag) ?? -1] ?? null
  return questions.map(({ key, tags }, index) => ({
    slot: values[slotsAt?.get(key) ?? index] ?? null,
    markers: tags.length === 0 ? noMarkers : tags.map(markerOf),
  }))
}

const noMarkers: readonly (string | null)[] = []

/** Arguments of the script that gives a value another life. */
export function expireArgs({ token, freshMs, lifeMs }: ExpireRequest): RedisArgument[] {
  return [token, freshMs === Infinity ? 0 : scriptMs(freshMs), scriptMs(lifeMs), markerMs(lifeMs)]
}

/** Raises the generation and writes it into the markers, which live in one slot on a Cluster too. */
export async function invalidateMarkers(
  options: RedisStoreOptions,
  tags: readonly string[],
  { mode, barrier }: { readonly mode: InvalidationMode; readonly barrier?: Barrier },
): Promise<void> {
  const { gate, names, time, clock, epoch } = options
  // Only so that a generation that has to be created anew gets the epoch: an invalidation is not held back by it.
  await epoch.trust()?.catch(() => undefined)
  const call = {
    keys: [names.generation, ...markerNames(options, tags)],
    args: [idleMarkerMs, mode, epoch.identity, barrier?.writer ?? '', barrier?.lifeMs ?? 0],
  }
  const sentAt = clock.now()
  const reply = await gate.insist('invalidate', () => runScript(gate.client, scripts.invalidateTags, call))
  const [, seconds, microseconds] = reply as [string, string, string]
  time.observe(Number(seconds) * 1000 + Number(microseconds) / 1000, sentAt)
}

/** Puts a barrier before one slot, or takes it away; resolves to whether the slot was there. */
export async function barKey(options: RedisStoreOptions, key: string, barrier: Barrier): Promise<number> {
  const { gate, names } = options
  const call = {
    keys: [key, names.barrier(key)],
    args: [barrier.writer, Math.ceil(barrier.lifeMs), barrier.own ?? ''],
  }
  return Number(await gate.insist('invalidate', () => runScript(gate.client, scripts.bar, call)))
}

/** Names and arguments of a sweep script. */
export function sweepCall(names: readonly string[], mode: InvalidationMode | 'count'): ScriptCall {
  return { keys: names, args: [mode, mode === 'soft' ? createToken() : ''] }
}
