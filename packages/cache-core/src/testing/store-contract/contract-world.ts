import assert from 'node:assert/strict'
import { decodeSlot, encodeValueSlot, type Slot, type ValueSlot } from '../../envelope/slot.ts'
import { createToken } from '../../envelope/token.ts'
import type {
  AcquireRequest,
  AcquireResult,
  EntryStore,
  Lease,
  SettleRequest,
  SettleResult,
  SweepOptions,
  SweepPage,
} from '../../store/entry-store.ts'
import { staleSince } from '../../store/marker.ts'
import type { StoreUnderTest } from './store-under-test.ts'

/** One thing that a store owes. */
export interface StoreRule {
  readonly name: string
  readonly check: (world: ContractWorld) => Promise<void>
}

export const minuteMs = 60_000
export const hourMs: number = 60 * minuteMs

/** What a reader may do with what it finds. */
export type Finding = 'absent' | 'lease' | 'usable' | 'stale' | 'void' | 'garbage' | 'foreign'

type Wish = Partial<Omit<AcquireRequest, 'key'>>
type Ending = Partial<Omit<SettleRequest, 'lease'>>

/** What the rules are told with: a store, and the steps of those who read and write through it. */
export class ContractWorld {
  readonly store: EntryStore
  readonly prefix: string
  readonly #subject: StoreUnderTest

  constructor(subject: StoreUnderTest) {
    this.#subject = subject
    this.store = subject.store
    this.prefix = subject.prefix
  }

  key(name: string): string {
    return this.prefix + name
  }

  async passTime(ms: number): Promise<void> {
    await this.#subject.passTime(ms)
  }

  /** Removes the slot behind the store's back; `false` where nobody does. */
  async evict(key: string): Promise<boolean> {
    if (this.#subject.evict === undefined) return false
    await this.#subject.evict(key)
    return true
  }

  /** Writes into the slot behind the store's back; `false` where nobody can. */
  async overwrite(key: string, text: string): Promise<boolean> {
    if (this.#subject.overwrite === undefined) return false
    await this.#subject.overwrite(key, text)
    return true
  }

  /** Asks for a lease, by default for the load of an absent value that lives for an hour. */
  async acquire(key: string, wish: Wish = {}): Promise<AcquireResult> {
    return this.store.acquire({ key, tags: [], judged: '', intent: 'load', lifeMs: hourMs, ...wish })
  }

  /** Takes a lease, which must be had. */
  async lease(key: string, wish: Wish = {}): Promise<Lease> {
    const result = await this.acquire(key, wish)
    assert.equal(result.outcome, 'leased', 'a lease that is free must be given')
    return (result as Extract<AcquireResult, { outcome: 'leased' }>).lease
  }

  /** Ends a load, by default by storing a value. */
  settle(lease: Lease, ending: Ending = {}): Promise<SettleResult> {
    const { action = 'store', tags = [], lifeMs = hourMs, slot = this.text(lease, 'v', tags) } = ending
    return this.store.settle({ lease, action, tags, lifeMs, slot: action === 'store' ? slot : '' })
  }

  /** Stores a value by a load of its own; resolves to its token. */
  async fill(key: string, ending: Ending & { readonly value?: string } = {}): Promise<string> {
    const { value = 'v', tags = [], lifeMs = hourMs } = ending
    const lease = await this.lease(key, { tags, lifeMs })
    const slot = this.text(lease, value, tags)
    assert.equal(
      await this.settle(lease, { ...ending, slot }),
      'ok',
      'a load that nothing overtook must be stored',
    )
    return slot.slice(2, 14)
  }

  /** Sweeps all pages; resolves to their sums. */
  async sweep(
    glob: string,
    { wanted = () => true, mode = 'hard' }: Partial<SweepOptions> = {},
  ): Promise<SweepPage> {
    const total = { scanned: 0, removed: 0 }
    for await (const page of this.store.sweep(this.prefix + glob, { wanted, mode })) {
      total.scanned += page.scanned
      total.removed += page.removed
    }
    return total
  }

  /** A value's text, as a load under that lease writes it; it never stops being fresh by itself. */
  text(lease: Lease, value: string, tags: readonly string[] = []): string {
    return encodeValueSlot({
      token: createToken(),
      generation: lease.generation,
      epoch: lease.epoch,
      loadedAt: Date.now(),
      freshUntil: Infinity,
      loadCostMs: 1,
      version: 1,
      codec: 'j',
      flags: '-',
      tags,
      payload: JSON.stringify(value),
    })
  }

  async raw(key: string): Promise<string | null> {
    await this.store.trust()
    return (await this.store.read(key, [])).slot
  }

  async slot(key: string): Promise<Slot> {
    return decodeSlot(await this.raw(key))
  }

  /** The value that is there, whatever may be done with it. */
  async value(key: string): Promise<ValueSlot> {
    const slot = await this.slot(key)
    assert.equal(slot.kind, 'value', 'a value must be there')
    return slot as ValueSlot
  }

  /** What a reader that knows these tags may do with what is in the slot. */
  async look(key: string, tags: readonly string[] = []): Promise<Finding> {
    await this.store.trust()
    const read = await this.store.read(key, tags)
    assert.equal(read.markers.length, tags.length, 'a marker must be read for each tag, in order')
    return this.judge(decodeSlot(read.slot), read.markers)
  }

  judge(slot: Slot, markers: readonly (string | null)[]): Finding {
    if (slot.kind !== 'value') return slot.kind
    const since = staleSince(markers, slot.generation)
    if (since < 0 || slot.epoch !== this.store.epoch) return 'void'
    return since > 0 || slot.isSoft ? 'stale' : 'usable'
  }
}
