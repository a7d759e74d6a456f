import { inspect } from 'node:util'
import { richJson } from '../../codec/json-codec.ts'
import { ValueFormats } from '../../codec/value-formats.ts'
import { decodeSlot } from '../../envelope/slot.ts'
import { isCacheError } from '../../errors.ts'
import type { Connection } from '../connection/connection.ts'
import { printable } from '../terminal/printable.ts'

/** A value, decoded, or why it cannot be shown. */
export type ShownValue =
  | {
      /** For people, as Node prints it. */
      readonly lines: readonly string[]
      /** For programs: JSON, in which `{ "~t": "Date", "v": … }` stands for a type that JSON lacks. */
      readonly json: unknown
    }
  | { readonly trouble: string }

/** The largest value that a cache may be told to store. */
const maxValueBytes = 2 ** 28

/**
 * Reads and decodes the value of an entry. Only JSON: other codecs belong to the program that wrote it, and none of them is
 * let loose on bytes that anybody may have put there.
 */
export async function readValue({ client }: Connection, redisKey: string): Promise<ShownValue> {
  const text = await client.call('GET', redisKey)
  const slot = decodeSlot(typeof text === 'string' ? text : null)
  if (slot.kind !== 'value') return { trouble: 'it has gone meanwhile' }
  try {
    const value = new ValueFormats({}).of({ maxValueBytes }).decode(slot)
    const shown = inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null })
    const json: unknown = JSON.parse(String(richJson.encode(value)))
    return { lines: shown.split('\n').map(printable), json }
  } catch (error) {
    if (isCacheError(error)) return { trouble: error.message }
    throw error
  }
}
