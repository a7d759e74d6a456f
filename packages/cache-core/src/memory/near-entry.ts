import type { Codec } from '../codec/codec.ts'

/** A fresh value on its way into the near tier; times are Redis' time. */
export interface NearValue {
  /** Name of the definition that it was read or loaded for. */
  readonly definition: string
  readonly codec: Codec
  readonly payload: string | Uint8Array
  /** Bytes that the payload takes in memory. */
  readonly bytes: number
  /** All tags that it depends on. */
  readonly tags: readonly string[]
  readonly loadedAt: number
  readonly freshUntil: number
  /** When reads have to see it in Redis again, at the latest `freshUntil`. */
  readonly usableUntil: number
}

/**
 * An entry of the near tier. There may be very many, so times are whole milliseconds of the process' own clock, which the
 * engine keeps without a box.
 */
export interface NearEntry {
  /** What the codec wrote, or a deep-frozen value. */
  content: unknown
  /** `undefined` for a value that is held as it is. */
  codec: Codec | undefined
  /** Whether each reader gets a copy of its own. */
  isCopied: boolean
  readonly definition: string
  readonly tags: readonly string[]
  /** Number of the ticket under which it was read. */
  readonly ticket: number
  readonly until: number
  readonly loadedAt: number
  /** -1 for ever. */
  readonly freshUntil: number
}

/** What an entry takes beside its payload: its object, its place in the table, and the heads of its texts. */
const overheadBytes = 160
const tagOverheadBytes = 40

/** Bytes that an entry takes. */
export function entryBytes(key: string, { bytes, tags }: NearValue): number {
  let total = overheadBytes + key.length + bytes
  for (const tag of tags) total += tag.length + tagOverheadBytes
  return total
}
