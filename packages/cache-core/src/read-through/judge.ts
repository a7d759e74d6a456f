import { decodeValue } from '../codec/codec.ts'
import { decodeSlot, type LeaseSlot, type ValueSlot } from '../envelope/slot.ts'
import { CacheSerializationError, isCacheError } from '../errors.ts'
import type { EventBus, MissReason } from '../observability/events.ts'
import type { StandardSchema } from '../schema.ts'
import type { EntryStore, SlotRead } from '../store/entry-store.ts'
import { markersAllow } from '../store/marker.ts'
import type { ServerTime } from '../time/server-time.ts'
import type { EntryRequest } from './entry-request.ts'

/** What a read of a slot comes to. */
export type Verdict =
  | { readonly kind: 'hit'; readonly value: unknown; readonly slot: ValueSlot }
  /** Somebody loads; `current` unless a tag known before was invalidated since, so that the load is in vain. */
  | { readonly kind: 'lease'; readonly token: string; readonly current: boolean }
  /** Nothing usable; `judged` is the token of what lies there, `''` for nothing. */
  | { readonly kind: 'miss'; readonly reason: MissReason; readonly judged: string; readonly slot?: ValueSlot }
  /** A later version lies there: load, but leave it. */
  | { readonly kind: 'newer' }

/** Decides whether what a slot holds may be used. */
export class Judge {
  readonly #store: EntryStore
  readonly #time: ServerTime
  readonly #events: EventBus

  constructor(store: EntryStore, time: ServerTime, events: EventBus) {
    this.#store = store
    this.#time = time
    this.#events = events
  }

  /** Reads the slot with the markers of the known tags, and where its value carries others, those too. */
  async look(request: EntryRequest): Promise<Verdict> {
    const read = await this.#store.read(request.key, request.tags)
    const slot = decodeSlot(read.slot)
    switch (slot.kind) {
      case 'absent':
        return { kind: 'miss', reason: 'absent', judged: '' }
      case 'lease':
        return leaseVerdict(slot, read)
      case 'foreign':
        return { kind: 'newer' }
      case 'garbage':
        return { kind: 'miss', reason: 'undecodable', judged: slot.token ?? '' }
      case 'value':
        return this.#judgeValue(request, slot, read)
    }
  }

  async #judgeValue(request: EntryRequest, slot: ValueSlot, read: SlotRead): Promise<Verdict> {
    const miss = (reason: MissReason): Verdict => ({ kind: 'miss', reason, judged: slot.token, slot })
    if (slot.version > request.rules.version) return { kind: 'newer' }
    if (slot.version < request.rules.version) return miss('version')
    if (slot.freshUntil <= this.#time.now()) return miss('expired')
    if (!markersAllow(read.markers, slot.generation)) return miss('tag')
    const others = slot.tags.filter((tag) => !request.tags.includes(tag))
    if (others.length > 0) {
      const second = await this.#store.read(request.key, others)
      // The slot is read again with them: markers alone could belong to a value that has been replaced meanwhile.
      if (second.slot !== read.slot) return this.look(request)
      if (!markersAllow(second.markers, slot.generation)) return miss('tag')
    }
    return this.#decode(request, slot)
  }

  async #decode(request: EntryRequest, slot: ValueSlot): Promise<Verdict> {
    try {
      const value = decodeValue(slot.codec, slot.payload)
      return {
        kind: 'hit',
        slot,
        value: request.rules.schema === undefined ? value : await checkSchema(request.rules.schema, value),
      }
    } catch (error) {
      if (this.#events.has('codecError') && isCacheError(error)) {
        this.#events.emit('codecError', { definition: request.rules.name, error })
      }
      return { kind: 'miss', reason: 'undecodable', judged: slot.token, slot }
    }
  }
}

function leaseVerdict(slot: LeaseSlot, read: SlotRead): Verdict {
  return { kind: 'lease', token: slot.token, current: markersAllow(read.markers, slot.generation) }
}

/** The schema's output. @throws {CacheSerializationError} naming where the value does not fit, never the value. */
export async function checkSchema(schema: StandardSchema, value: unknown): Promise<unknown> {
  const pending = schema['~standard'].validate(value)
  const result = pending instanceof Promise ? await pending : pending
  if (result.issues === undefined) return result.value
  const paths = result.issues.map((issue) => pathText(issue.path)).slice(0, 3)
  throw new CacheSerializationError(`the value does not fit the schema at ${paths.join(', ')}`)
}

function pathText(path: unknown): string {
  if (!Array.isArray(path) || path.length === 0) return 'its root'
  return path
    .map((part: unknown) =>
      String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part),
    )
    .join('.')
}
