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
import type { Clock } from '../time/clock.ts'
import type { ServerTime } from '../time/server-time.ts'
import { acquireResult } from './acquire-result.ts'
import type { KeyNames } from '../store/key-names.ts'
import { leaseMs } from '../store/lifetimes.ts'
import { idleMarkerMs, markerMs, scriptMs } from './lifetimes.ts'
import { ReadBatch } from './read-batch.ts'
import type { RedisGate } from './redis-gate.ts'
import type { RedisArgument } from './redis-like.ts'
import { runScript, type Script } from './run-script.ts'
import { scanPages } from './scan.ts'
import { scripts } from './scripts.generated.ts'

/** What a store on Redis is made of. */
export interface RedisStoreOptions {
  readonly gate: RedisGate
  readonly names: KeyNames
  readonly clock: Clock
  readonly time: ServerTime
}

/** Names that one script of a sweep looks at. */
const sweepChunk = 100

/** Entries on one server, or on the master behind a Sentinel: each step is one command or one script. */
export class SingleStore implements EntryStore {
  readonly #options: RedisStoreOptions
  readonly #batch: ReadBatch

  constructor(options: RedisStoreOptions) {
    this.#options = options
    const { gate } = options
    this.#batch = new ReadBatch(gate, (names) => gate.client.call('MGET', ...names) as Promise<(string | null)[]>)
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
    const reply = await this.#script('acquire', scripts.acquire, {
      keys: [request.key, this.#options.names.generation, ...this.#markers(request.tags)],
      args: [token, leaseMs, markerMs(request.lifeMs), request.judged, request.intent],
    })
    return acquireResult(reply, { key: request.key, token, time: this.#options.time, sentAt })
  }

  async renew(lease: Lease): Promise<boolean> {
    const args = [lease.token, lease.mode, leaseMs]
    return (await this.#script('renew', scripts.renew, { keys: [lease.key], args })) === 1
  }

  async settle({ lease, action, tags, lifeMs, slot }: SettleRequest): Promise<SettleResult> {
    const reply = await this.#script('settle', scripts.settle, {
      keys: [lease.key, this.#options.names.generation, ...this.#markers(tags)],
      args: [lease.token, lease.mode, action, lease.generation, scriptMs(lifeMs), markerMs(lifeMs), slot],
    })
    return reply === 'ok' ? 'ok' : 'void'
  }

  async remove(keys: readonly string[]): Promise<number> {
    const { gate } = this.#options
    return Number(await gate.insist('invalidate', () => gate.client.call('UNLINK', ...keys)))
  }

  async invalidateTags(tags: readonly string[]): Promise<void> {
    const { gate, names, time, clock } = this.#options
    const keys = [names.generation, ...this.#markers(tags)]
    const sentAt = clock.now()
    const reply = await gate.insist('invalidate', () =>
      runScript(gate.client, scripts.invalidateTags, { keys, args: [idleMarkerMs] }),
    )
    const [, seconds, microseconds] = reply as [string, string, string]
    time.observe(Number(seconds) * 1000 + Number(microseconds) / 1000, sentAt)
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
    return tags.map((tag) => this.#options.names.marker(tag))
  }

  #script(
    operation: string,
    script: Script,
    call: { readonly keys: readonly string[]; readonly args: readonly RedisArgument[] },
  ): Promise<unknown> {
    const { gate } = this.#options
    return gate.run(operation, () => runScript(gate.client, script, call))
  }
}
