/** A payload that stands for itself, and the bytes that it takes in memory. */
export interface OwnPayload<Payload extends string | Uint8Array> {
  readonly payload: Payload
  readonly bytes: number
}

const scratchLength = 32_768

/** Copies parts of larger texts: the engine would keep all of a text for any part of it. */
export class TextCopier {
  #scratch: Buffer | undefined

  copy(part: string): OwnPayload<string> {
    // A character takes three bytes at most.
    if (part.length * 3 > scratchLength) return measured(Buffer.from(part).toString())
    const scratch = (this.#scratch ??= Buffer.allocUnsafeSlow(scratchLength))
    const length = scratch.write(part)
    return { payload: scratch.toString('utf8', 0, length), bytes: textBytes(part, length) }
  }
}

/** A payload that is nobody's part. */
export function measured<Payload extends string | Uint8Array>(payload: Payload): OwnPayload<Payload> {
  return { payload, bytes: typeof payload === 'string' ? textBytes(payload) : payload.byteLength }
}

/** Bytes that a text takes at most: V8 keeps one byte for each character, or two for each if one needs them. */
export function textBytes(text: string, utf8Bytes: number = Buffer.byteLength(text)): number {
  return utf8Bytes === text.length ? utf8Bytes : 2 * text.length
}
