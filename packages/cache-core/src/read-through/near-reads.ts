import { isDeepStrictEqual } from 'node:util'
import { copyEncoded, type EncodedPayload } from '../codec/value-format.ts'
import type { NewValue, ValueSlot } from '../envelope/slot.ts'
import type { EntryInfo } from '../definition.ts'
import { freezeDeep } from '../memory/freeze-deep.ts'
import { keyChange } from '../memory/change.ts'
import type { NearEntry, NearValue } from '../memory/near-entry.ts'
import type { NearTicket, NearTier } from '../memory/near-tier.ts'
import { measured, TextCopier } from '../memory/own-payload.ts'
import type { EventBus } from '../observability/events.ts'
import { earlyFrom } from '../policy/freshness.ts'
import type { EntryRequest, EntryRules } from './entry-request.ts'
import type { Look } from './looker.ts'
import { ReadCounts } from './read-counts.ts'

/** What {@link NearReads.inspect} tells. */
export type NearInfo = Required<Pick<EntryInfo<unknown>, 'age' | 'ttl' | 'tags' | 'value'>>

/** A loaded value as it is stored, and as its codec wrote it. */
export interface StoredLoad {
  readonly slot: NewValue
  readonly encoded: EncodedPayload
}

/** What {@link NearReads} are made of. */
export interface NearReadsOptions {
  readonly tier: NearTier
  readonly events: EventBus
  /** Whether what Redis holds may be believed: not while invalidations wait to be done. */
  readonly trusts: () => boolean
}

/** Reads that the near tier answers, and what is kept there for them. */
export class NearReads {
  readonly #tier: NearTier
  readonly #trusts: () => boolean
  readonly #counts: ReadCounts
  readonly #copier = new TextCopier()

  constructor({ tier, trusts, events }: NearReadsOptions) {
    this.#tier = tier
    this.#trusts = trusts
    this.#counts = new ReadCounts(events)
  }

  /** The value for one more reader, counted as a hit; `undefined` where Redis has to be asked. */
  take(key: string, rules: EntryRules): unknown {
    const entry = this.#tier.find(key, rules.name)
    if (entry === undefined) return undefined
    try {
      const value = valueOf(entry)
      this.#counts.hit({ rules }, 'memory')
      return value
    } catch {
      // Redis' copy may fare better, and tells what is wrong where it does not.
      this.#tier.drop(keyChange(key))
      return undefined
    }
  }

  /** Whether {@link take} would find a value; counts nothing. */
  has(key: string, rules: EntryRules): boolean {
    return this.#tier.find(key, rules.name) !== undefined
  }

  /** What is known of the entry, for debugging. */
  inspect({ bareKey, rules }: EntryRequest): NearInfo | undefined {
    const entry = this.#tier.find(bareKey, rules.name)
    if (entry === undefined) return undefined
    try {
      return { ...this.#tier.timesOf(entry), tags: entry.tags, value: valueOf(entry) }
    } catch {
      return undefined
    }
  }

  /** Forgets an entry that its reader does not want. */
  forget({ bareKey }: EntryRequest): void {
    this.#tier.drop(keyChange(bareKey))
  }

  /** Before Redis is asked: what keeps its answer, if that is fresh and not overtaken meanwhile. One of them is to be called. */
  keeping(request: EntryRequest): { readonly keep: (look: Look) => void; readonly close: () => void } {
    const tier = this.#tier
    const ticket = tier.open()
    return {
      keep: (look) => {
        this.#keep(request, look, ticket)
        tier.close()
      },
      close: () => tier.close(),
    }
  }

  /** Asks Redis for many by `ask`, and keeps what is fresh and not overtaken meanwhile. */
  async keepingMany(
    requests: readonly EntryRequest[],
    ask: (requests: readonly EntryRequest[]) => Promise<readonly Look[]>,
  ): Promise<readonly Look[]> {
    const ticket = this.#tier.open()
    try {
      const looks = await ask(requests)
      for (const [index, request] of requests.entries()) this.#keep(request, looks[index], ticket)
      return looks
    } finally {
      this.#tier.close()
    }
  }

  /**
   * Has `settle` end a load, and keeps its value once it is `stored`. The store itself says whether anything came before,
   * so the ticket has to tell only of what comes after it is asked.
   */
  async keepingFill<Outcome>(
    request: EntryRequest,
    stored: StoredLoad | undefined,
    settle: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const ticket = this.#tier.open()
    try {
      const outcome = await settle()
      if (outcome === 'ok') {
        if (stored === undefined || !this.#trusts()) this.forget(request)
        else this.#tier.keepNewer(request.bareKey, loadedValue(request, stored), ticket)
      }
      return outcome
    } finally {
      this.#tier.close()
    }
  }

  #keep(request: EntryRequest, look: Look | undefined, ticket: NearTicket): void {
    if (look?.kind !== 'hit' || !this.#trusts()) return
    const value = this.#readValue(request, look.slot, look.value)
    if (value !== undefined) this.#tier.keep(request.bareKey, value, ticket)
  }

  /** What is kept of a value that was read; nothing of one that its schema turns into something that cannot be copied. */
  #readValue(request: EntryRequest, slot: ValueSlot, value: unknown): NearValue | undefined {
    const { schema, format } = request.rules
    try {
      if (schema === undefined) {
        const { codec, payload } = format.unpack(slot)
        const own = typeof payload === 'string' ? this.#copier.copy(payload) : measured(payload)
        return nearValue(request, slot, { codec, ...own })
      }
      // Readers get what the schema made of the value, without asking it again.
      const encoded = format.encode(value)
      return isDeepStrictEqual(encoded.value, value) ? loadedValue(request, { slot, encoded }) : undefined
    } catch {
      return undefined
    }
  }
}

/** A value of its own for one more reader, or the one that all share. */
function valueOf(entry: NearEntry): unknown {
  if (entry.codec === undefined) return entry.content
  const encoded = { codec: entry.codec, payload: entry.content as string | Uint8Array }
  const value = copyEncoded(encoded)
  if (entry.isCopied) return value
  if (freezeDeep(value)) {
    entry.content = value
    entry.codec = undefined
    return value
  }
  // Parts of the first copy may be frozen by now.
  entry.isCopied = true
  return copyEncoded(encoded)
}

function loadedValue(request: EntryRequest, { slot, encoded }: StoredLoad): NearValue {
  const { codec, payload } = encoded
  return nearValue(request, slot, { codec, ...measured(payload) })
}

function nearValue(
  { rules, tags }: EntryRequest,
  slot: NewValue,
  { codec, payload, bytes }: Pick<NearValue, 'codec' | 'payload' | 'bytes'>,
): NearValue {
  const { loadedAt, freshUntil, tags: own } = slot
  const { earlyRefresh } = rules.policy
  return {
    definition: rules.name,
    codec,
    payload,
    bytes,
    tags: tags.every((tag) => own.includes(tag)) ? own : [...new Set([...own, ...tags])],
    loadedAt,
    freshUntil,
    usableUntil: earlyRefresh === false ? freshUntil : usableUntil(slot, earlyRefresh),
  }
}

function usableUntil(
  { loadedAt, freshUntil, loadCostMs }: NewValue,
  earlyRefresh: 'xfetch' | number,
): number {
  return earlyFrom({ storedAt: loadedAt + loadCostMs, freshUntil, loadCostMs }, earlyRefresh)
}
