import { createToken } from '../envelope/token.ts'
import type {
  AcquireRequest,
  AcquireResult,
  EntryStore,
  Lease,
  SettleRequest,
  SettleResult,
  SlotRead,
  SweepOptions,
  SweepPage,
} from '../store/entry-store.ts'
import { acquireResult } from './acquire-result.ts'
import { leaseMs } from '../store/lifetimes.ts'
import { markerMs, scriptMs } from './lifetimes.ts'
import { ReadBatch } from './read-batch.ts'
import { runScript } from './run-script.ts'
import { scanPages } from './scan.ts'
import { scripts } from './scripts.generated.ts'
import { invalidateMarkers, markerNames, renewLease, script, type RedisStoreOptions } from './store-steps.ts'

/** Names that one script of a sweep looks at. */
const sweepChunk = 100

/** Entries on one server, or on the master behind a Sentinel: each step is one command or one script. */
export class SingleStore implements EntryStore {
  readonly #options: RedisStoreOptions
  readonly #batch: ReadBatch

  constructor(options: RedisStoreOptions) {
    this.#options = options
    const { gate } = options
    this.#batch = new ReadBatch(
      gate,
      (names) => gate.client.call('MGET', ...names) as Promise<(string | null)[]>,
    )
  }

  async read(key: string, tags: readonly string[]): Promise<SlotRead> {
    if (tags.length === 0) {
      const [slot = null] = await this.#batch.read([key])
      return { slot, markers: [] }
    }
    const [slot = null, ...markers] = await this.#batch.read([key, ...this.#markers(tags)])
    return { slot, markers }
  }

  async acquire(request: AcquireRequest): Promise<AcquireResult> {
    const token = createToken()
    const sentAt = this.#options.clock.now()
    const reply = await script(this.#options, 'acquire', {
      keys: [request.key, this.#options.names.generation, ...this.#markers(request.tags)],
      args: [token, leaseMs, markerMs(request.lifeMs), request.judged, request.intent],
    })
    return acquireResult(reply, { key: request.key, token, time: this.#options.time, sentAt })
  }

  renew(lease: Lease): Promise<boolean> {
    return renewLease(this.#options, lease)
  }

  async settle({ lease, action, tags, lifeMs, slot }: SettleRequest): Promise<SettleResult> {
    const reply = await script(this.#options, 'settle', {
      keys: [lease.key, this.#options.names.generation, ...this.#markers(tags)],
      args: [lease.token, lease.mode, action, lease.generation, scriptMs(lifeMs), markerMs(lifeMs), slot],
    })
    return reply === 'ok' ? 'ok' : 'void'
  }

  async remove(keys: readonly string[]): Promise<number> {
    const { gate } = this.#options
    return Number(await gate.insist('invalidate', () => gate.client.call('UNLINK', ...keys)))
  }

  invalidateTags(tags: readonly string[]): Promise<void> {
    return invalidateMarkers(this.#options, tags)
  }

  async *sweep(glob: string, { wanted, dryRun }: SweepOptions): AsyncIterable<SweepPage> {
    const { gate } = this.#options
    for await (const names of scanPages(gate, gate.client, glob)) {
      const found = names.filter(wanted)
      let removed = 0
      for (let start = 0; start < found.length; start += sweepChunk) {
        const call = { keys: found.slice(start, start + sweepChunk), args: [dryRun ? '1' : '0'] }
        removed += Number(await gate.insist('invalidate', () => runScript(gate.client, scripts.sweep, call)))
      }
      yield { scanned: names.length, removed }
    }
  }

  #markers(tags: readonly string[]): string[] {
    return markerNames(this.#options, tags)
  }
}
