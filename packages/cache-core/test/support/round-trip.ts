import type { ValueFormat } from '../../src/codec/value-format.ts'
import { decodeSlot, encodeValueSlot, noEpoch } from '../../src/envelope/slot.ts'

/** The text of a slot with that value. */
export function storedText(format: ValueFormat, value: unknown): string {
  return encodeValueSlot({
    token: 'abcdefghijkl',
    generation: 1,
    epoch: noEpoch,
    loadedAt: 1,
    freshUntil: 2,
    loadCostMs: 1,
    version: 1,
    tags: [],
    ...format.pack(format.encode(value)),
  })
}

/** The value after it was stored and read, by way of the UTF-8 that a client sends. */
export function roundTrip(format: ValueFormat, value: unknown): unknown {
  const slot = decodeSlot(Buffer.from(storedText(format, value)).toString())
  if (slot.kind !== 'value') throw new Error(`a slot of kind ${slot.kind}`)
  return format.decode(slot)
}
