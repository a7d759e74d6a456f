import assert from 'node:assert/strict'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { isCacheError } from '../../errors.ts'
import { decodeSlot, type Slot } from '../../envelope/slot.ts'
import type { Lease } from '../../store/entry-store.ts'
import { seededRandom } from '../seeded-random.ts'
import { minuteMs, type ContractWorld } from './contract-world.ts'

/** Readers and writers that work side by side. */
const actors = 8
const operations = 900
/** A row's tag is known before its load, or only after it; and there is one that all rows carry. */
const rows = ['a', 'b', 'c', 'd']
const sharedTag = 'rows'

/**
 * Readers that load what they do not find and writers that change the source and invalidate, on the same few rows, with
 * pauses by chance between all steps. Every value that is found, and every one that a store says is good for others, is
 * held against what was acknowledged before. A call that fails is given up by readers, and repeated by writers.
 */
export class ContractHistory {
  readonly #world: ContractWorld
  readonly #random: () => number
  readonly #source = new Map(rows.map((row) => [row, 0]))
  readonly #acknowledged = new Map(rows.map((row) => [row, 0]))
  #left = operations
  #found = 0

  constructor(world: ContractWorld, seed: number) {
    this.#world = world
    this.#random = seededRandom(seed)
  }

  async check(): Promise<void> {
    await Promise.all(Array.from({ length: actors }, () => this.#act()))
    assert.ok(this.#found > 0, 'something that was stored must be found')
  }

  async #act(): Promise<void> {
    while (this.#left > 0) {
      this.#left -= 1
      const row = rows[Math.floor(this.#random() * rows.length)] ?? ''
      try {
        await (this.#random() < 0.75 ? this.#read(row) : this.#write(row))
      } catch (error) {
        if (!isCacheError(error)) throw error
        await setTimeout(1)
      }
    }
  }

  async #read(row: string): Promise<void> {
    const { store } = this.#world
    const key = this.#world.key(row)
    const tags = [sharedTag, `known:${row}`, `late:${row}`]
    const floor = versionOf(this.#acknowledged, row)
    await store.trust()
    const read = await store.read(key, tags)
    const slot = decodeSlot(read.slot)
    if (this.#world.judge(slot, read.markers) === 'usable') {
      this.#found += 1
      return this.#expect(versionIn(slot), floor, 'found')
    }
    await this.#pause()
    // A lease may be that of a reader that failed, so whoever sees it may take it over.
    const judged = slot.kind === 'lease' && this.#random() < 0.5 ? '' : tokenOf(slot)
    const intent = slot.kind === 'value' && this.#random() < 0.5 ? 'refresh' : 'load'
    const result = await store.acquire({ key, tags: tags.slice(0, 2), judged, intent, lifeMs: minuteMs })
    if (result.outcome === 'leased') await this.#load(row, result.lease, tags)
  }

  async #load(row: string, lease: Lease, tags: readonly string[]): Promise<void> {
    await this.#pause()
    const version = versionOf(this.#source, row)
    await this.#pause()
    const action = this.#random() < 0.9 ? 'store' : this.#random() < 0.5 ? 'skip' : 'remove'
    const floor = versionOf(this.#acknowledged, row)
    const slot = this.#world.text(lease, String(version), tags)
    if ((await this.#world.settle(lease, { action, tags, slot, lifeMs: minuteMs })) === 'ok')
      this.#expect(version, floor, 'to be shared')
  }

  async #write(row: string): Promise<void> {
    const meant = this.#random() < 0.2 ? rows : [row]
    if (this.#random() < 0.1) return this.#writeGuarded(meant)
    const versions = this.#commit(meant)
    await this.#pause()
    await this.#repeat(() => this.#invalidate(meant))
    this.#acknowledge(versions)
  }

  /** Under a barrier a write counts from its commit on, since its writer might die before it can say so. */
  async #writeGuarded(meant: readonly string[]): Promise<void> {
    const { store } = this.#world
    const targets = { keys: meant.map((row) => this.#world.key(row)), tags: [] }
    const writer = `writer-${this.#left}`
    await this.#repeat(() => store.bar(targets, { writer, lifeMs: minuteMs }))
    await this.#pause(10)
    this.#acknowledge(this.#commit(meant))
    await this.#pause(10)
    await this.#repeat(() => store.bar(targets, { writer, lifeMs: 0 }))
  }

  #commit(meant: readonly string[]): ReadonlyMap<string, number> {
    const versions = new Map(meant.map((row) => [row, versionOf(this.#source, row) + 1]))
    for (const [row, version] of versions) this.#source.set(row, version)
    return versions
  }

  #acknowledge(versions: ReadonlyMap<string, number>): void {
    for (const [row, version] of versions)
      this.#acknowledged.set(row, Math.max(version, versionOf(this.#acknowledged, row)))
  }

  async #invalidate(meant: readonly string[]): Promise<unknown> {
    const { store } = this.#world
    const keys = meant.map((row) => this.#world.key(row))
    const mode = this.#random() < 0.8 ? 'hard' : 'soft'
    const chance = this.#random()
    if (chance < 0.3) return store.invalidateKeys(keys, mode)
    const kind = this.#random() < 0.5 ? 'known' : 'late'
    if (chance < 0.6)
      return store.invalidateTags(
        meant.map((row) => `${kind}:${row}`),
        mode,
      )
    if (chance < 0.8) return store.invalidateTags([sharedTag], mode)
    const wanted = (key: string): boolean => keys.includes(key)
    return this.#world.sweep('*', { wanted, mode })
  }

  /** An invalidation that failed may have been done or not, so it is done once more. */
  async #repeat(step: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await step()
        return
      } catch (error) {
        if (!isCacheError(error) || attempt === 1000) throw error
        await setTimeout(1)
      }
    }
  }

  #expect(version: number, floor: number, what: string): void {
    assert.ok(
      version >= floor,
      `version ${version} was ${what} although the invalidation of those before version ${floor} was acknowledged`,
    )
  }

  async #pause(longest = 3): Promise<void> {
    for (let turns = Math.floor(this.#random() * (longest + 1)); turns > 0; turns -= 1) await setImmediate()
  }
}

function versionOf(versions: ReadonlyMap<string, number>, row: string): number {
  return versions.get(row) ?? 0
}

function versionIn(slot: Slot): number {
  return slot.kind === 'value' ? Number(JSON.parse(slot.payload)) : 0
}

function tokenOf(slot: Slot): string {
  return slot.kind === 'value' || slot.kind === 'lease' ? slot.token : ''
}
