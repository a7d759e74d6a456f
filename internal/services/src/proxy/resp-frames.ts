const lineEnd = Buffer.from('\r\n')

/** Cuts a stream of the Redis protocol (RESP 2 or 3) into whole messages. */
export class RespFrames {
  #rest: Buffer = Buffer.alloc(0)

  /** The messages that are complete with this part. */
  push(part: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, part])
    const frames: Buffer[] = []
    for (let end = endOfMessage(this.#rest, 0); end !== undefined; end = endOfMessage(this.#rest, 0)) {
      frames.push(this.#rest.subarray(0, end))
      this.#rest = this.#rest.subarray(end)
    }
    return frames
  }
}

/** The words of a command, which clients send as an array of bulk strings. */
export const wordsOf = (command: Buffer): string[] => {
  const words: string[] = []
  for (let at = afterLine(command, 0); at !== undefined && at < command.length;) {
    const start = afterLine(command, at) ?? command.length
    const length = Number(command.toString('latin1', at + 1, start - lineEnd.length))
    words.push(command.toString('utf8', start, start + length))
    at = start + length + lineEnd.length
  }
  return words
}

/** Whether the message answers no command, such as one of a subscription on RESP 3. */
export const isPush = (message: Buffer): boolean => message[0] === 0x3e

/** Where the message that starts at `start` ends; `undefined` while it is not all there. */
const endOfMessage = (bytes: Buffer, start: number): number | undefined => {
  const body = afterLine(bytes, start)
  if (body === undefined) return undefined
  const kind = String.fromCharCode(bytes[start] ?? 0)
  const size = Number(bytes.toString('latin1', start + 1, body - lineEnd.length))
  switch (kind) {
    case '$':
    case '!':
    case '=': {
      const end = size < 0 ? body : body + size + lineEnd.length
      return end <= bytes.length ? end : undefined
    }
    case '*':
    case '~':
    case '>':
      return endOfMany(bytes, body, size)
    case '%':
      return endOfMany(bytes, body, size * 2)
    // Attributes stand before the message that they belong to.
    case '|':
      return endOfMany(bytes, body, size * 2 + 1)
    default:
      return body
  }
}

const endOfMany = (bytes: Buffer, start: number, count: number): number | undefined => {
  let end: number | undefined = start
  for (let index = 0; index < count && end !== undefined; index++) end = endOfMessage(bytes, end)
  return end
}

const afterLine = (bytes: Buffer, start: number): number | undefined => {
  const end = bytes.indexOf(lineEnd, start)
  return end === -1 ? undefined : end + lineEnd.length
}
