/**
 * A copy in memory of its own. Small Buffers share a pool, which a value that keeps a view of its payload would show to
 * whoever looks at the view's `buffer`.
 */
export function copyBytes(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength)
  copy.set(bytes)
  return copy
}

/** The bytes that a text stands for, in memory of their own. @throws for text that is not of that encoding. */
export function bytesOfText(text: string, encoding: 'base64' | 'latin1'): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text, encoding))
  if (bytes.write(text, encoding) !== bytes.length) throw new TypeError(`not ${encoding}`)
  return bytes
}
