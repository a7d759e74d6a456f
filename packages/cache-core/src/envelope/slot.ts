import { tokenLength } from './token.ts'

/**
 * What an entry's key in Redis holds: nothing, a lease, or a value. Both begin alike, so that a script can tell them
 * apart and compare tokens without reading the payload:
 *
 * | from | length | field |
 * | --- | --- | --- |
 * | 0 | 1 | `L` lease, `V` value |
 * | 1 | 1 | format version |
 * | 2 | 12 | token of the lease, or of this version of the value |
 * | 14 | 16 | generation at the start of the load |
 *
 * A lease ends here. A value goes on; the scripts write the refresh fields and the mark of a soft invalidation in place:
 *
 * | from | length | field |
 * | --- | --- | --- |
 * | 30 | 12 | token of the lease under which it is being replaced, or dashes |
 * | 42 | 13 | when that lease lapses, in ms |
 * | 55 | 8 | epoch |
 * | 63 | 13 | when its load began, in ms |
 * | 76 | 13 | when it stops being fresh, in ms |
 * | 89 | 6 | how long its load took, in ms |
 * | 95 | 4 | version of its definition |
 * | 99 | 1 | codec |
 * | 100 | 1 | flags: how the payload is packed |
 * | 101 | 1 | `s` once it was invalidated softly |
 * | 102 | 5 | length of the tags |
 * | 107 | – | tags as JSON in ASCII, then the payload |
 *
 * Times are Redis' time.
 */
const formatVersion = '1'

/** The fields of a refresh when there is none. */
export const noRefresh: string = `${'-'.repeat(tokenLength)}${'0'.repeat(13)}`
/** The epoch where failovers go unnoticed. */
export const noEpoch = '--------'
const headerLength = 107
/** Stands for "never" in the fields for times. */
export const never = 9_999_999_999_999

/** A value with its header, as read. */
export interface ValueSlot {
  readonly kind: 'value'
  readonly token: string
  readonly generation: number
  readonly epoch: string
  /** Token of the lease under which it is being replaced; `''` for none. */
  readonly refreshToken: string
  /** When that lease lapses. */
  readonly refreshUntil: number
  /** When its load began. */
  readonly loadedAt: number
  /** `Infinity` when it never stops being fresh. */
  readonly freshUntil: number
  /** Whether it was invalidated softly: stale at `freshUntil`, whatever this process thinks of the time. */
  readonly isSoft: boolean
  readonly loadCostMs: number
  readonly version: number
  readonly codec: string
  readonly flags: string
  readonly tags: readonly string[]
  readonly payload: string
}

/** A lease: somebody loads the value. */
export interface LeaseSlot {
  readonly kind: 'lease'
  readonly token: string
  readonly generation: number
}

/** A slot's content: `foreign` is of a later format, `garbage` of none. */
export type Slot =
  | ValueSlot
  | LeaseSlot
  | { readonly kind: 'absent' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'garbage'; readonly token?: string }

/** Everything of a value but what the scripts write. */
export type NewValue = Omit<ValueSlot, 'kind' | 'refreshToken' | 'refreshUntil' | 'isSoft'>

/** The text of a value with its header. */
export function encodeValueSlot(value: NewValue): string {
  const tags = asciiJson(value.tags)
  const freshUntil = Math.min(value.freshUntil, never)
  return (
    `V${formatVersion}${value.token}${digits(value.generation, 16)}${noRefresh}${value.epoch}` +
    `${digits(value.loadedAt, 13)}${digits(freshUntil, 13)}${digits(Math.min(value.loadCostMs, 999_999), 6)}` +
    `${digits(value.version, 4)}${value.codec}${value.flags}-${digits(tags.length, 5)}${tags}${value.payload}`
  )
}

/** Reads a slot's text; never throws. */
export function decodeSlot(text: string | null): Slot {
  if (text === null) return absent
  const kind = text[0]
  if (kind !== 'V' && kind !== 'L') return { kind: 'garbage' }
  if (text[1] !== formatVersion) return { kind: 'foreign' }
  if (kind === 'V') return decodeValue(text)
  const token = text.slice(2, 14)
  const generation = numberAt(text, 14, 30)
  return Number.isSafeInteger(generation) ? { kind: 'lease', token, generation } : { kind: 'garbage', token }
}

const absent: Slot = { kind: 'absent' }

function decodeValue(text: string): Slot {
  const payloadStart = headerLength + (text.startsWith('00002', 102) ? 2 : numberAt(text, 102, 107))
  const freshUntil = numberAt(text, 76, 89)
  const tags = payloadStart <= text.length ? readTags(text, payloadStart) : undefined
  if (tags === undefined || Number.isNaN(freshUntil)) return { kind: 'garbage', token: text.slice(2, 14) }
  return new DecodedValue(text, { payloadStart, freshUntil, tags })
}

/** A value as read: what every hit needs is there, the rest of the header is read when it is asked for. */
class DecodedValue implements ValueSlot {
  readonly kind = 'value'
  readonly freshUntil: number
  readonly isSoft: boolean
  readonly codec: string
  readonly flags: string
  readonly tags: readonly string[]
  readonly payload: string
  readonly #text: string

  constructor(
    text: string,
    parts: {
      readonly payloadStart: number
      readonly freshUntil: number
      readonly tags: readonly string[]
    },
  ) {
    this.#text = text
    this.freshUntil = parts.freshUntil === never ? Infinity : parts.freshUntil
    this.isSoft = text[101] === 's'
    this.codec = text[99] ?? ''
    this.flags = text[100] ?? ''
    this.tags = parts.tags
    this.payload = text.slice(parts.payloadStart)
  }

  get token(): string {
    return this.#text.slice(2, 14)
  }

  get generation(): number {
    return numberAt(this.#text, 14, 30)
  }

  get epoch(): string {
    return this.#text.slice(55, 63)
  }

  get refreshToken(): string {
    return this.refreshUntil > 0 ? this.#text.slice(30, 42) : ''
  }

  get refreshUntil(): number {
    return numberAt(this.#text, 42, 55) || 0
  }

  get loadedAt(): number {
    return numberAt(this.#text, 63, 76)
  }

  get loadCostMs(): number {
    return numberAt(this.#text, 89, 95)
  }

  get version(): number {
    return numberAt(this.#text, 95, 99)
  }
}

/** The number that the digits from `start` to `end` make, `NaN` for anything else; ten times as fast as a slice's. */
export function numberAt(text: string, start: number, end: number): number {
  let value = 0
  for (let index = start; index < end; index += 1) {
    const digit = text.charCodeAt(index) - zero
    if (!(digit >= 0 && digit <= 9)) return NaN
    value = value * 10 + digit
  }
  return value
}

const zero = 48

const noTags: readonly string[] = []

function readTags(text: string, end: number): readonly string[] | undefined {
  if (end === headerLength + 2) return noTags
  try {
    const tags: unknown = JSON.parse(text.slice(headerLength, end))
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : undefined
  } catch {
    return undefined
  }
}

/** A number as a field of the header has it. */
export function digits(value: number, length: number): string {
  return String(Math.max(0, Math.round(value))).padStart(length, '0')
}

/** Whether the header has room for the tags: their text may have 99,999 characters, where each may take six. */
export function tagsFit(tags: readonly string[]): boolean {
  const most = tags.reduce((sum, tag) => sum + 6 * tag.length + 3, 2)
  return most < 100_000 || asciiJson(tags).length < 100_000
}

function asciiJson(tags: readonly string[]): string {
  if (tags.length === 0) return '[]'
  return JSON.stringify(tags).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
