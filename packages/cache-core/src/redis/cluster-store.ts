import { createToken } from '../envelope/token.ts'
import { CacheStoreError } from '../errors.ts'
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
import { markersAllow } from '../store/marker.ts'
import { leaseMs } from '../store/lifetimes.ts'
import { acquireResult } from './acquire-result.ts'
import { ClusterReads } from './cluster-reads.ts'
import { readSlotStates, refreshSlots } from './cluster-topology.ts'
import { markerMs, scriptMs } from './lifetimes.ts'
import { perNode } from './node-groups.ts'
import type { RedisClusterLike } from './redis-like.ts'
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
import { UnsweptSlots } from './unswept-slots.ts'

/** How often a sweep goes over all masters because slots move meanwhile. */
const mostPasses = 5
/** Scripts of a sweep that are on their way at once. */
const sweepChunk = 100

/**
 * Entries on a Cluster. An entry's slot and the markers, which share theirs with the generation, are on different nodes,
 * so their steps follow each other: note the generation, lease, load, check the markers, fill, and read the markers once
 * more, because a tag may have been invalidated between check and fill.
 */
export class ClusterStore implements EntryStore {
  readonly tier = 'redis'
  readonly isInOrder = false
  readonly #options: RedisStoreOptions
  readonly #cluster: RedisClusterLike
  readonly #reads: ClusterReads

  constructor(options: RedisStoreOptions, cluster: RedisClusterLike) {
    this.#options = options
    this.#cluster = cluster
    this.#reads = new ClusterReads(options.gate, cluster)
  }

  get epoch(): string {
    return this.#options.epoch.epoch
  }

  trust(): Promise<void> | undefined {
    return this.#options.epoch.trust()
  }

  read(key: string, tags: readonly string[]): Promise<SlotRead> {
    return this.#reads.readSlot(key, markerNames(this.#options, tags))
  }

  readMany(reads: readonly SlotQuestion[]): Promise<readonly SlotRead[]> {
    return readSlots(this.#options, reads, (names) => this.#reads.read(names))
  }

  async acquire({ key, tags, judged, intent, lifeMs }: AcquireRequest): Promise<AcquireResult> {
    const { names, clock, time, epoch } = this.#options
    const trust = this.trust()
    if (trust !== undefined) await trust
    const { outcome, noted } = await this.#noteTags(tags, lifeMs)
    if (outcome === 'barred') return { outcome: 'barred' }
    const token = createToken()
    const sentAt = clock.now()
    const reply = await script(this.#options, 'acquire', {
      keys: [key, names.barrier(key)],
      args: [token, leaseMs, markerMs(lifeMs), judged, intent, epoch.identity, noted],
    })
    return acquireResult(reply, { key, token, time, epochs: epoch, sentAt })
  }

  renew(lease: Lease): Promise<boolean> {
    return renewLease(this.#options, lease)
  }

  async settle({ lease, action, tags, lifeMs, slot }: SettleRequest): Promise<SettleResult> {
    const good = action === 'release' || (await this.#noteTags(tags, lifeMs, lease)).outcome === 'good'
    const reply = await script(this.#options, 'settle', {
      keys: [lease.key, this.#options.names.barrier(lease.key)],
      args: [
        lease.token,
        lease.mode,
        good ? action : 'release',
        lease.generation,
        lease.epoch,
        scriptMs(lifeMs),
        markerMs(lifeMs),
        slot,
      ],
    })
    if (!good || reply !== 'ok') return 'void'
    const judgesTags = action !== 'release' && tags.length > 0
    return !judgesTags || (await this.#stillGood(tags, lease.generation)) ? 'ok' : 'void'
  }

  async expire(request: ExpireRequest): Promise<boolean> {
    // The markers first: they must never lapse before an entry that is judged by them.
    await this.#noteTags(request.tags, request.lifeMs)
    return (await script(this.#options, 'expire', { keys: [request.key], args: expireArgs(request) })) === 1
  }

  async invalidateKeys(keys: readonly string[], mode: InvalidationMode): Promise<number> {
    await this.#connect()
    if (mode === 'soft') return this.#sweepNames(keys, mode)
    const removed = await this.#options.gate.insist('invalidate', () =>
      perNode(this.#cluster, 'unlink', keys),
    )
    return removed.reduce<number>((sum, count) => sum + Number(count), 0)
  }

  invalidateTags(tags: readonly string[], mode: InvalidationMode): Promise<void> {
    return invalidateMarkers(this.#options, tags, { mode })
  }

  async bar({ keys, tags }: BarrierTargets, barrier: Barrier): Promise<number> {
    await this.#connect()
    const counts = await Promise.all(keys.map((key) => barKey(this.#options, key, barrier)))
    if (tags.length > 0) await invalidateMarkers(this.#options, tags, { mode: 'hard', barrier })
    return counts.reduce((sum, count) => sum + count, 0)
  }

  async *sweep(glob: string, options: SweepOptions): AsyncIterable<SweepPage> {
    const { gate } = this.#options
    await this.#connect()
    const unswept = new UnsweptSlots()
    let before = await readSlotStates(gate, this.#cluster)
    for (let pass = 1; pass <= mostPasses; pass += 1) {
      for (const node of this.#cluster.nodes('master')) {
        for await (const names of scanPages(gate, node, glob)) {
          yield {
            scanned: names.length,
            removed: await this.#sweepNames(names.filter(options.wanted), options.mode),
          }
        }
      }
      const after = await readSlotStates(gate, this.#cluster)
      unswept.passed(before, after)
      if (unswept.size === 0) return
      await refreshSlots(this.#cluster)
      before = after
    }
    throw new CacheStoreError('invalidate', 'the Cluster moved the same slots during every pass of the sweep')
  }

  /** A node connects at its first command, which the check of its run id is, and refuses others until it has. */
  async #connect(): Promise<void> {
    await this.trust()?.catch(() => undefined)
  }

  async #sweepNames(names: readonly string[], mode: SweepOptions['mode']): Promise<number> {
    const { gate } = this.#options
    let removed = 0
    for (let start = 0; start < names.length; start += sweepChunk) {
      const chunk = names.slice(start, start + sweepChunk)
      const counts = await gate.insist('invalidate', () =>
        Promise.all(chunk.map((name) => runScript(gate.client, scripts.sweep, sweepCall([name], mode)))),
      )
      removed += counts.reduce<number>((sum, count) => sum + Number(count), 0)
    }
    return removed
  }

  /** Notes generation and epoch before a load, or judges the tags by what was noted. */
  async #noteTags(tags: readonly string[], lifeMs: number, lease?: Lease): Promise<NotedTags> {
    const { names, epoch } = this.#options
    const reply = await script(this.#options, 'noteTags', {
      keys: [names.generation, ...markerNames(this.#options, tags)],
      args: [markerMs(lifeMs), epoch.identity, lease?.generation ?? '', lease?.epoch ?? ''],
    })
    const [outcome, noted] = reply as [NotedTags['outcome'], string]
    return { outcome, noted }
  }

  async #stillGood(tags: readonly string[], generation: number): Promise<boolean> {
    return markersAllow(await this.#reads.read(markerNames(this.#options, tags)), generation)
  }
}

interface NotedTags {
  readonly outcome: 'good' | 'void' | 'barred'
  /** Generation and epoch, as the scripts take them. */
  readonly noted: string
}
