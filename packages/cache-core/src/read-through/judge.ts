import { decodeSlot, type LeaseSlot, type ValueSlot } from '../envelope/slot.ts'
import { isCacheError } from '../errors.ts'
import type { EventBus, MissReason } from '../observability/events.ts'
import { phaseAt } from '../policy/freshness.ts'
import { checkSchema } from '../schema.ts'
import type { EntryStore, SlotRead } from '../store/entry-store.ts'
import { markersAllow, staleSince } from '../store/marker.ts'
import type { ServerTime } from '../time/server-time.ts'
import type { EntryRequest } from './entry-request.ts'
import { TagMemory } from './tag-memory.ts'

/** What a read of a slot comes to. */
export type Verdict =
  | { readonly kind: 'hit'; readonly value: unknown; readonly slot: ValueSlot }
  /** A value that may still be served: while it is loaded again, or if that fails. */
  | {
      readonly kind: 'stale'
      readonly phase: 'revalidate' | 'ifError'
      readonly reason: MissReason
      readonly value: unknown
      readonly slot: ValueSlot
      /** Markers of the tags known before, as read with it. */
      readonly markers: readonly (string | null)[]
    }
  /** Somebody loads; `current` unless a tag known before was invalidated since, so that the load is in vain. */
  | { readonly kind: 'lease'; readonly token: string; readonly current: boolean }
  /** Nothing usable; `judged` is the token of what lies there, `''` for nothing; `slot` an unusable value. */
  | { readonly kind: 'miss'; readonly reason: MissReason; readonly judged: string; readonly slot?: ValueSlot }
  /** A later version lies there: load, but leave it. */
  | { readonly kind: 'newer' }

/** A slot with the tags whose markers were read along with it. */
interface TaggedRead {
  readonly read: SlotRead
  readonly asked: readonly string[]
}

/** Decides whether what a slot holds may be used. */
export class Judge {
  readonly #store: EntryStore
  readonly #time: ServerTime
  readonly #events: EventBus
  readonly #tagMemory = new TagMemory()

  constructor(store: EntryStore, time: ServerTime, events: EventBus) {
    this.#store = store
    this.#time = time
    this.#events = events
  }

  /** Tags whose markers are read along with the slot: those known before, and those that its value last had. */
  #tagsToAsk(request: EntryRequest): readonly string[] {
    return this.#tagMemory.join(request.key, request.tags)
  }

  /** Reads the slot with the markers of its tags; where its value carries others, once more with those. */
  look(request: EntryRequest): Promise<Verdict> {
    const rethrow = (error: unknown): never => {
      throw error
    }
    return this.lookThen(request, (verdict) => verdict, rethrow)
  }

  /** As {@link look}, going on with `next`, or with `failed` where the store does not say. */
  lookThen<Next>(
    request: EntryRequest,
    next: (verdict: Verdict) => Next | Promise<Next>,
    failed: (error: unknown) => Next | Promise<Next>,
  ): Promise<Next> {
    const asked = this.#tagsToAsk(request)
    return this.#store.read(request.key, asked).then((read) => {
      const verdict = this.#judge(request, read, asked)
      return verdict instanceof Promise ? verdict.then(next, failed) : next(verdict)
    }, failed)
  }

  /** The same for many, in one round trip per node. */
  async lookMany(requests: readonly EntryRequest[]): Promise<readonly Verdict[]> {
    const questions = requests.map((request) => ({ key: request.key, tags: this.#tagsToAsk(request) }))
    const reads = await this.#store.readMany(questions)
    const verdicts: (Verdict | Promise<Verdict>)[] = []
    let isPending = false
    for (const [index, request] of requests.entries()) {
      const read = reads[index] ?? { slot: null, markers: [] }
      const verdict = this.#judge(request, read, questions[index]?.tags ?? request.tags)
      if (verdict instanceof Promise) isPending = true
      verdicts.push(verdict)
    }
    return isPending
      ? Promise.all(verdicts.map((verdict) => Promise.resolve(verdict)))
      : (verdicts as Verdict[])
  }

  /** Judges what was read. */
  #judge(request: EntryRequest, read: SlotRead, asked: readonly string[]): Verdict | Promise<Verdict> {
    const slot = decodeSlot(read.slot)
    switch (slot.kind) {
      case 'absent':
        return { kind: 'miss', reason: 'absent', judged: '' }
      case 'lease':
        return leaseVerdict(request, slot, read)
      case 'foreign':
        return { kind: 'newer' }
      case 'garbage':
        return { kind: 'miss', reason: 'undecodable', judged: slot.token ?? '' }
      case 'value':
        return this.#judgeValue(request, slot, { read, asked })
    }
  }

  #judgeValue(
    request: EntryRequest,
    slot: ValueSlot,
    { read, asked }: TaggedRead,
  ): Verdict | Promise<Verdict> {
    const miss = (reason: MissReason): Verdict => ({ kind: 'miss', reason, judged: slot.token, slot })
    if (slot.version > request.rules.version) return { kind: 'newer' }
    if (slot.version < request.rules.version) return miss('version')
    if (slot.epoch !== this.#store.epoch) return miss('epoch')
    if (slot.tags.length > 0 && slot.tags.some((tag) => !asked.includes(tag)))
      return this.#lookAgain(request, slot, read)
    const since =
      read.markers.length === 0 ? 0 : staleSince(markersOf(request, slot, { read, asked }), slot.generation)
    if (since < 0) return miss('tag')
    const now = this.#time.now()
    const phase = phaseAt(now, staleAtOf(slot, since, now), request.rules.policy)
    const reason = since === 0 ? 'expired' : 'tag'
    if (phase === 'gone') return miss(reason)
    const decoded = this.#decode(request, slot)
    const verdictOf = (result: Decoded): Verdict => {
      if (!result.ok) return miss('undecodable')
      const { value } = result
      if (phase === 'fresh') return { kind: 'hit', slot, value }
      const markers = read.markers.slice(0, request.tags.length)
      return { kind: 'stale', phase, reason, value, slot, markers }
    }
    return decoded instanceof Promise ? decoded.then(verdictOf) : verdictOf(decoded)
  }

  /** Reads again, with the markers of the tags that the value turned out to carry. */
  async #lookAgain(request: EntryRequest, slot: ValueSlot, read: SlotRead): Promise<Verdict> {
    this.#tagMemory.remember(request.key, slot.tags)
    const asked = this.#tagsToAsk(request)
    const second = await this.#store.read(request.key, asked)
    // Markers alone could belong to a value that has been replaced meanwhile: then all of it is judged anew.
    if (second.slot !== read.slot) return this.#judge(request, second, asked)
    return this.#judgeValue(request, slot, { read: second, asked })
  }

  #decode(request: EntryRequest, slot: ValueSlot): Decoded | Promise<Decoded> {
    const { schema } = request.rules
    try {
      const value = request.rules.format.decode(slot)
      if (schema === undefined) return { ok: true, value }
      const checked = checkSchema(schema, value)
      if (!(checked instanceof Promise)) return { ok: true, value: checked }
      return checked.then(
        (result): Decoded => ({ ok: true, value: result }),
        (error: unknown) => this.#undecodable(request, error),
      )
    } catch (error) {
      return this.#undecodable(request, error)
    }
  }

  #undecodable(request: EntryRequest, error: unknown): Decoded {
    if (this.#events.has('codecError') && isCacheError(error)) {
      this.#events.emit('codecError', { definition: request.rules.name, error })
    }
    return { ok: false }
  }
}

type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

/**
 * A fill is held against the markers anyway, so that they are looked at here only saves a wait: for a load that a tag has
 * overtaken, whose joiners would have to start over.
 */
function leaseVerdict(request: EntryRequest, slot: LeaseSlot, read: SlotRead): Verdict {
  const markers = read.markers.slice(0, request.tags.length)
  return { kind: 'lease', token: slot.token, current: markersAllow(markers, slot.generation) }
}

/** When a value went, or goes, stale; an invalidation counts at once, even if this process's idea of the time lags. */
function staleAtOf(slot: ValueSlot, since: number, now: number): number {
  if (since === 0 && !slot.isSoft) return slot.freshUntil
  // A generation is the server's time in µs (or more, if its clock stepped back).
  return Math.min(slot.freshUntil, since === 0 ? now : since / 1000, now)
}

/** The markers that the value depends on, out of those that were read. */
function markersOf(
  request: EntryRequest,
  slot: ValueSlot,
  { read: { markers }, asked }: TaggedRead,
): readonly (string | null)[] {
  if (asked.length === request.tags.length) return markers
  return markers.filter((_, index) => {
    const tag = asked[index] ?? ''
    return index < request.tags.length || slot.tags.includes(tag)
  })
}
