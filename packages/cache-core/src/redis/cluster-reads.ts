import type { SlotRead } from '../store/entry-store.ts'
import { CacheStoreError } from '../errors.ts'
import { masterOf, nodesOf, perNode } from './node-groups.ts'
import { ReadBatch } from './read-batch.ts'
import type { RedisGate } from './redis-gate.ts'
import type { RedisClusterLike } from './redis-like.ts'

type Values = readonly (string | null)[]

/** Reads of one tick on a Cluster: together for each node, so that one that does not answer fails its own reads only. */
export class ClusterReads {
  readonly #gate: RedisGate
  readonly #cluster: RedisClusterLike
  readonly #batches = new Map<string, ReadBatch>()

  constructor(gate: RedisGate, cluster: RedisClusterLike) {
    this.#gate = gate
    this.#cluster = cluster
  }

  /** A slot with its markers, which all share another slot of the Cluster. */
  async readSlot(key: string, markers: readonly string[]): Promise<SlotRead> {
    const [marker] = markers
    const own = this.#batchOf(key)
    const others = marker === undefined ? own : this.#batchOf(marker)
    if (others !== own) {
      const [[slot = null], values] = await Promise.all([
        this.#readFrom(own, [key]),
        this.#readFrom(others, markers),
      ])
      return { slot, markers: values }
    }
    const [slot = null, ...values] = await this.#readFrom(own, [key, ...markers])
    return { slot, markers: values }
  }

  /** The values of the names, in order; `null` for a missing one. */
  async read(names: readonly string[]): Promise<Values> {
    const groups = new Map<ReadBatch, number[]>()
    for (const [index, name] of names.entries()) {
      const batch = this.#batchOf(name)
      const group = groups.get(batch)
      if (group === undefined) groups.set(batch, [index])
      else group.push(index)
    }
    const values = Array<string | null>(names.length).fill(null)
    await Promise.all(
      [...groups].map(async ([batch, indexes]) => {
        const found = await this.#readFrom(
          batch,
          indexes.map((index) => names[index] ?? ''),
        )
        for (const [position, index] of indexes.entries()) values[index] = found[position] ?? null
      }),
    )
    return values
  }

  /**
   * Reads from the nodes that were asked to be trusted. The client follows a slot to another master by itself; that one may
   * be a replica that was promoted a moment ago and lacks acknowledged invalidations, so what it says does not count.
   */
  async #readFrom(batch: ReadBatch, names: readonly string[]): Promise<Values> {
    const masters = names.map((name) => masterOf(this.#cluster, name))
    const values = await batch.read(names)
    if (names.some((name, index) => masterOf(this.#cluster, name) !== masters[index]))
      throw new CacheStoreError('read', 'the slot has moved to another server meanwhile')
    return values
  }

  #batchOf(name: string): ReadBatch {
    const nodes = nodesOf(this.#cluster, name)
    const known = this.#batches.get(nodes)
    if (known !== undefined) return known
    const batch = new ReadBatch(
      this.#gate,
      (names) => perNode(this.#cluster, 'get', names) as Promise<(string | null)[]>,
    )
    this.#batches.set(nodes, batch)
    return batch
  }
}
