import { createToken } from '../envelope/token.ts'
import { CacheStoreError } from '../errors.ts'
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
import { markersAllow } from '../store/marker.ts'
import { leaseMs } from '../store/lifetimes.ts'
import { acquireResult } from './acquire-result.ts'
import { markerMs, scriptMs } from './lifetimes.ts'
import { perNode } from './node-groups.ts'
import { ReadBatch } from './read-batch.ts'
import type { RedisClusterLike } from './redis-like.ts'
import { runScript } from './run-script.ts'
import { scanPages } from './scan.ts'
import { scripts } from './scripts.generated.ts'
import { invalidateMarkers, markerNames, renewLease, script, type RedisStoreOptions } from './store-steps.ts'

/** How often a sweep starts over because slots moved meanwhile. */
const mostSweeps = 5
/** Scripts of a sweep that are on their way at once. */
const sweepChunk = 100

/**
 * Entries on a Cluster. An entry's slot and the markers, which share theirs with the generation, are on different nodes,
 * so their steps follow each other: note the generation, lease, load, check the markers, fill, and read the markers once
 * more, because a tag may have been invalidated between check and fill.
 */
export class ClusterStore implements EntryStore {
  readonly #options: RedisStoreOptions
  readonly #cluster: RedisClusterLike
  readonly #batch: ReadBatch

  constructor(options: RedisStoreOptions, cluster: RedisClusterLike) {
    this.#options = options
    this.#cluster = cluster
    this.#batch = new ReadBatch(
      options.gate,
      (names) => perNode(cluster, 'get', names) as Promise<(string | null)[]>,
    )
  }

  async read(key: string, tags: readonly string[]): Promise<SlotRead> {
    const [slot = null, ...markers] = await this.#batch.read([key, ...markerNames(this.#options, tags)])
    return { slot, markers }
  }

  async acquire({ key, tags, judged, intent, lifeMs }: AcquireRequest): Promise<AcquireResult> {
    const { generation } = await this.#noteTags(tags, { lifeMs, noted: '' })
    const token = createToken()
    const sentAt = this.#options.clock.now()
    const reply = await script(this.#options, 'acquire', {
      keys: [key],
      args: [token, leaseMs, markerMs(lifeMs), judged, intent, generation],
    })
    return acquireResult(reply, { key, token, time: this.#options.time, sentAt })
  }

  renew(lease: Lease): Promise<boolean> {
    return renewLease(this.#options, lease)
  }

  async settle({ lease, action, tags, lifeMs, slot }: SettleRequest): Promise<SettleResult> {
    const judgesTags = action !== 'release' && tags.length > 0
    const good = !judgesTags || (await this.#noteTags(tags, { lifeMs, noted: lease.generation })).good
    const reply = await script(this.#options, 'settle', {
      keys: [lease.key],
      args: [
        lease.token,
        lease.mode,
        good ? action : 'release',
        lease.generation,
        scriptMs(lifeMs),
        markerMs(lifeMs),
        slot,
      ],
    })
    if (!good || reply !== 'ok') return 'void'
    return !judgesTags || (await this.#stillGood(tags, lease.generation)) ? 'ok' : 'void'
  }

  async remove(keys: readonly string[]): Promise<number> {
    const removed = await this.#options.gate.insist('invalidate', () =>
      perNode(this.#cluster, 'unlink', keys),
    )
    return removed.reduce<number>((sum, count) => sum + Number(count), 0)
  }

  invalidateTags(tags: readonly string[]): Promise<void> {
    return invalidateMarkers(this.#options, tags)
  }

  async *sweep(glob: string, options: SweepOptions): AsyncIterable<SweepPage> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.#topology()
      for (const node of this.#cluster.nodes('master')) {
        for await (const names of scanPages(this.#options.gate, node, glob)) {
          yield {
            scanned: names.length,
            removed: await this.#sweepNames(names.filter(options.wanted), options.dryRun),
          }
        }
      }
      if ((await this.#topology()) === before) return
      if (attempt === mostSweeps)
        throw new CacheStoreError('invalidate', 'the Cluster moved slots during every sweep')
      await new Promise<void>((resolve) => {
        this.#cluster.refreshSlotsCache(() => {
          resolve()
        })
      })
    }
  }

  async #sweepNames(names: readonly string[], dryRun: boolean): Promise<number> {
    const { gate } = this.#options
    let removed = 0
    for (let start = 0; start < names.length; start += sweepChunk) {
      const chunk = names.slice(start, start + sweepChunk)
      const counts = await gate.insist('invalidate', () =>
        Promise.all(
          chunk.map((name) =>
            runScript(gate.client, scripts.sweep, { keys: [name], args: [dryRun ? '1' : '0'] }),
          ),
        ),
      )
      removed += counts.reduce<number>((sum, count) => sum + Number(count), 0)
    }
    return removed
  }

  /** Which master serves which slots, as the Cluster says now. */
  async #topology(): Promise<string> {
    const [node = this.#cluster] = this.#cluster.nodes('master')
    const ranges = (await this.#options.gate.insist('invalidate', () =>
      node.call('CLUSTER', 'SLOTS'),
    )) as unknown[][]
    const masters = ranges.map(([from, to, master]) => ({ from: Number(from), to, master }))
    return JSON.stringify(masters.sort((a, b) => a.from - b.from))
  }

  async #noteTags(
    tags: readonly string[],
    { lifeMs, noted }: { readonly lifeMs: number; readonly noted: number | '' },
  ): Promise<{ readonly good: boolean; readonly generation: string }> {
    const keys = [this.#options.names.generation, ...markerNames(this.#options, tags)]
    const reply = await script(this.#options, 'noteTags', { keys, args: [markerMs(lifeMs), noted] })
    const [good, generation] = reply as [number, string]
    return { good: good === 1, generation }
  }

  async #stillGood(tags: readonly string[], generation: number): Promise<boolean> {
    return markersAllow(await this.#batch.read(markerNames(this.#options, tags)), generation)
  }
}
