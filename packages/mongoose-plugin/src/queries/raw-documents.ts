import type { Codec } from '@vidnest/cache-core'

/** First byte of a stored result; raise it when the layout changes. */
const layout = 1

/**
 * Results are stored as MongoDB sent them, one BSON document after the other, so that a hit is decoded by the driver's
 * rules like any other answer.
 */
export const rawDocumentsCodec: Codec<Uint8Array> = {
  id: 'M',
  encode: (value) => value as Uint8Array,
  decode(payload) {
    splitDocuments(payload)
    return payload
  },
}

/** Copies the documents, since the driver's buffers are parts of larger replies. */
export function joinDocuments(documents: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Uint8Array.of(layout), ...documents])
}

/** @throws for bytes that {@link joinDocuments} did not make. */
export function splitDocuments(bytes: Uint8Array): Uint8Array[] {
  if (bytes[0] !== layout) throw new TypeError('another layout')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const documents: Uint8Array[] = []
  let start = 1
  while (start < bytes.byteLength) {
    const length = view.getInt32(start, true)
    if (length < 5 || start + length > bytes.byteLength) throw new TypeError('a document is cut off')
    documents.push(bytes.subarray(start, start + length))
    start += length
  }
  return documents
}
