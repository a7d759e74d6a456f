import { CacheSerializationError } from '../errors.ts'
import { classify } from './classify.ts'
import { parseRich, stringifyRich } from './rich-json.ts'

/** A value as it is stored: which codec wrote it, and its text. */
export interface EncodedValue {
  readonly codec: 'j' | 'r'
  readonly payload: string
  /** Whether the decoded value equals the one that was given; not so for objects of classes. */
  readonly exact: boolean
}

/** @throws {CacheSerializationError} for what cannot be stored: functions, symbols, cycles. */
export function encodeValue(value: unknown): EncodedValue {
  const kind = classify(value)
  if (kind === 'plain') return { codec: 'j', payload: JSON.stringify(value), exact: true }
  try {
    return { codec: 'r', payload: stringifyRich(value), exact: kind === 'rich' }
  } catch {
    // What a value's own `toJSON` throws may quote the value, so it is not kept as the cause.
    throw new CacheSerializationError('the value cannot be written as JSON')
  }
}

/** @throws {CacheSerializationError} for text that is not of that codec. */
export function decodeValue(codec: string, payload: string): unknown {
  try {
    if (codec === 'j') return JSON.parse(payload) as unknown
    if (codec === 'r') return parseRich(payload)
  } catch {
    // The parser's message may quote the value, so it is not kept as the cause.
    throw new CacheSerializationError('the stored value cannot be decoded')
  }
  throw new CacheSerializationError('the stored value was written by an unknown codec')
}
