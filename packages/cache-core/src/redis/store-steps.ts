import type { Lease } from '../store/entry-store.ts'
import type { KeyNames } from '../store/key-names.ts'
import { leaseMs } from '../store/lifetimes.ts'
import type { Clock } from '../time/clock.ts'
import type { ServerTime } from '../time/server-time.ts'
import { idleMarkerMs } from './lifetimes.ts'
import type { RedisGate } from './redis-gate.ts'
import type { RedisArgument } from './redis-like.ts'
import { runScript } from './run-script.ts'
import { scripts } from './scripts.generated.ts'

/** What a store on Redis is made of. */
export interface RedisStoreOptions {
  readonly gate: RedisGate
  readonly names: KeyNames
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
  name: 'acquire' | 'settle' | 'renew' | 'noteTags',
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

/** Raises the generation and writes it into the markers, which live in one slot on a Cluster too. */
export async function invalidateMarkers(options: RedisStoreOptions, tags: readonly string[]): Promise<void> {
  const { gate, names, time, clock } = options
  const call = { keys: [names.generation, ...markerNames(options, tags)], args: [idleMarkerMs] }
  const sentAt = clock.now()
  const reply = await gate.insist('invalidate', () => runScript(gate.client, scripts.invalidateTags, call))
  const [, seconds, microseconds] = reply as [string, string, string]
  time.observe(Number(seconds) * 1000 + Number(microseconds) / 1000, sentAt)
}
