import { createToken } from '../envelope/token.ts'
import type {
  AcquireRequest,
  AcquireResult,
  Barrier,
  BarrierTargets,
  EntryStore,
  ExpireRequest,
  InvalidationMode,
  Lease,
  SettleRequest,
  SettleResult,
  SlotQuestion,
  SlotRead,
  SweepOptions,
  SweepPage,
} from '../store/entry-store.ts'
import { acquireResult } from './acquire-result.ts'
import { leaseMs } from '../store/lifetimes.ts'
import { markerMs, scriptMs } from './lifetimes.ts'
import { ReadBatch } from './read-batch.ts'
import { ScriptBatch } from './script-batch.ts'
import { TickEnd } from './tick-end.ts'
import { runScript } from './run-script.ts'
import { scanPages } from './scan.ts'
import { scripts } from './scripts.generated.ts'
import {
  barKey,
  expireArgs,
  invalidateMarkers,
  markerNames,
  readSlots,
  renewLease,
  script,
  sweepCall,
  type RedisStoreOptions,
} from './store-steps.ts'

/** Names that one script of a sweep looks at. */
const sweepChunk = 100

/** Entries on one server, or on the master behind a Sentinel: each step is one command or one script. */
export class SingleStore implements EntryStore {
  readonly tier = 'redis'
  readonly isInOrder = true
  readonly #options: RedisStoreOptions
  readonly #batch: ReadBatch
  readonly #acquires: ScriptBatch
  readonly #settles: ScriptBatch

  constructor(options: RedisStoreOptions) {
    this.#options = options
    const { gate } = options
    const tickEnd = new TickEnd()
    this.#acquires = new ScriptBatch(options, 'acquire', tickEnd)
    this.#settles = new ScriptBatch(options, 'settle', tickEnd)
    this.#batch = new ReadBatch(
      gate,
      (names) => gate.client.call('MGET', ...names) as Promise<(string | null)[]>,
      tickEnd,
    )
  }

  get epoch(): string {
    return this.#options.epoch.epoch
  }

  trust(): Promise<void> | undefined {
    return this.#options.epoch.trust()
  }

  read(key: string, tags: readonly string[]): Promise<SlotRead> {
    return this.#batch.readSlot(key, tags.length === 0 ? tags : this.#markers(tags))
  }

  readMany(reads: readonly SlotQuestion[]): Promise<readonly SlotRead[]> {
    return readSlots(this.#options, reads, (names) => this.#batch.read(names))
  }

  async acquire(request: AcquireRequest): Promise<AcquireResult> {
    const { names, clock, time, epoch } = this.#options
    const trust = this.trust()
    if (trust !== undefined) await trust
    const token = createToken()
    const sentAt = clock.now()
    const reply = await this.#acquires.run({
      keys: [request.key, names.barrier(request.key), names.generation, ...this.#markers(request.tags)],
      args: [token, leaseMs, markerMs(request.lifeMs), request.judged, request.intent, epoch.identity],
    })
    return acquireResult(reply, { key: request.key, token, time, epochs: epoch, sentAt })
  }

  renew(lease: Lease): Promise<boolean> {
    return renewLease(this.#options, lease)
  }

  async settle({ lease, action, tags, lifeMs, slot }: SettleRequest): Promise<SettleResult> {
    const { names } = this.#options
    const reply = await this.#settles.run({
      keys: [lease.key, names.barrier(lease.key), names.generation, ...this.#markers(tags)],
      args: [
        lease.token,
        lease.mode,
        action,
        lease.generation,
        lease.epoch,
        scriptMs(lifeMs),
        markerMs(lifeMs),
        slot,
      ],
    })
    return reply === 'ok' ? 'ok' : 'void'
  }

  async expire(request: ExpireRequest): Promise<boolean> {
    const keys = [request.key, this.#options.names.generation, ...this.#markers(request.tags)]
    return (await script(this.#options, 'expire', { keys, args: expireArgs(request) })) === 1
  }

  async invalidateKeys(keys: readonly string[], mode: InvalidationMode): Promise<number> {
    const { gate } = this.#options
    const send =
      mode === 'hard'
        ? () => gate.client.call('UNLINK', ...keys)
        : () => runScript(gate.client, scripts.sweep, sweepCall(keys, mode))
    return Number(await gate.insist('invalidate', send))
  }

  invalidateTags(tags: readonly string[], mode: InvalidationMode): Promise<void> {
    return invalidateMarkers(this.#options, tags, { mode })
  }

  async bar({ keys, tags }: BarrierTargets, barrier: Barrier): Promise<number> {
    const counts = await Promise.all(keys.map((key) => barKey(this.#options, key, barrier)))
    if (tags.length > 0) await invalidateMarkers(this.#options, tags, { mode: 'hard', barrier })
    return counts.reduce((sum, count) => sum + count, 0)
  }

  async *sweep(glob: string, { wanted, mode }: SweepOptions): AsyncIterable<SweepPage> {
    const { gate } = this.#options
    for await (const names of scanPages(gate, gate.client, glob)) {
      const found = names.filter(wanted)
      let removed = 0
      for (let start = 0; start < found.length; start += sweepChunk) {
        const call = sweepCall(found.slice(start, start + sweepChunk), mode)
        removed += Number(await gate.insist('invalidate', () => runScript(gate.client, scripts.sweep, call)))
      }
      yield { scanned: names.length, removed }
    }
  }

  #markers(tags: readonly string[]): string[] {
    return markerNames(this.#options, tags)
  }
}
