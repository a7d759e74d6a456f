import type { Slot } from '../../envelope/slot.ts'
import type { RedisLike } from '../../redis/redis-like.ts'
import type { KeyNames } from '../../store/key-names.ts'
import { recognise, type KeyKind } from './key-kind.ts'

/** What Redis says of a key. */
export interface KeyFacts {
  /** Its whole name. */
  readonly name: string
  /** Its name without the namespace, as the cache's calls take it; `undefined` for helper keys. */
  readonly key: string | undefined
  readonly kind: KeyKind
  /** What TYPE answers. */
  readonly type: string
  /** What it will live yet; `Infinity` without a TTL. */
  readonly ttlMs: number
  /** What it takes of the server's memory; `undefined` where MEMORY USAGE is refused. */
  readonly memory: number | undefined
  /** Bytes of a string. */
  readonly length: number
  /** Bytes of an entry's value as it is stored; 0 for all else. */
  readonly payloadLength: number
  /** An entry's header with its tags, or a lease; its payload is cut. */
  readonly slot: Slot | undefined
}

/** Bytes that are read of each key: the header of an entry, and the tags of most. */
const headLength = 300
/** Longest end of a character that may have been cut off. */
const cutLength = 3
/** Where the header says how long the tags are, and where they begin. */
const tagsLengthAt = [102, 107] as const

/** What the first questions about a key have told. */
interface FirstFacts {
  readonly name: string
  readonly pttl: number
  readonly memory: number | undefined
  /** Beginning of a string; `undefined` for another type. */
  readonly head: string | undefined
}

/** What the rest of the questions told. */
interface FurtherFacts {
  readonly type: string
  readonly length: number
  readonly head: string
}

/** Asks a server about keys, in at most two round trips; those that are gone or not its own are left out. */
export async function factsOf(
  server: RedisLike,
  names: KeyNames,
  keys: readonly string[],
): Promise<readonly KeyFacts[]> {
  const there = (await firstFacts(server, keys)).filter(({ pttl }) => pttl !== gone)
  const further = await furtherFacts(server, there)
  return there.map(({ name, pttl, memory }, index) => {
    const { type, length, head } = further[index] ?? { type: 'string', length: 0, head: '' }
    const { kind, slot } = recognise(names, { name, type, head })
    return {
      name,
      key: names.key(name),
      kind,
      type,
      ttlMs: pttl === -1 ? Infinity : pttl,
      memory,
      length,
      payloadLength: slot?.kind === 'value' ? length - headEnd(head) : 0,
      slot,
    }
  })
}

/** What PTTL answers for a key that does not exist. */
const gone = -2

async function firstFacts(server: RedisLike, keys: readonly string[]): Promise<FirstFacts[]> {
  const replies = await answers(
    server,
    keys.flatMap((name) => [
      ['pttl', name],
      ['memory', 'USAGE', name],
      ['getrange', name, 0, headLength - 1],
    ]),
  )
  return keys.map((name, index) => {
    const [pttl = gone, memory, head] = replies.slice(index * 3, index * 3 + 3)
    return {
      name,
      pttl: Number(pttl),
      memory: typeof memory === 'number' ? memory : undefined,
      head: typeof head === 'string' ? head : undefined,
    }
  })
}

/** Asks on where the beginning was no string, or did not hold everything. */
async function furtherFacts(server: RedisLike, keys: readonly FirstFacts[]): Promise<FurtherFacts[]> {
  const questions = keys.map(({ name, head }): unknown[][] => {
    if (head === undefined) return [['type', name]]
    if (Buffer.byteLength(head) < headLength - cutLength) return []
    const end = headEnd(head)
    return [['strlen', name], ...(end > headLength ? [['getrange', name, 0, end - 1]] : [])]
  })
  const replies = (await answers(server, questions.flat())).values()
  return keys.map(({ head }, index): FurtherFacts => {
    const [first, second] = (questions[index] ?? []).map(() => replies.next().value)
    if (head === undefined)
      return { type: typeof first === 'string' ? first : 'unknown', length: 0, head: '' }
    const length = typeof first === 'number' ? first : Buffer.byteLength(head)
    return { type: 'string', length, head: typeof second === 'string' ? second : head }
  })
}

/** Where the payload of an entry begins; 0 for what is none. */
function headEnd(head: string): number {
  const [from, to] = tagsLengthAt
  const length = head.slice(from, to)
  return head.startsWith('V1') && /^\d{5}$/.test(length) ? to + Number(length) : 0
}

/** Answers in order; `undefined` for commands that were refused, or that another node would have to answer. */
async function answers(server: RedisLike, commands: unknown[][]): Promise<unknown[]> {
  if (commands.length === 0) return []
  const replies = (await server.pipeline(commands).exec()) ?? []
  return replies.map(([error, reply]) => {
    if (error === null) return reply
    if (/^(?:NOPERM|ERR|WRONGTYPE|MOVED|ASK)\b/.test(error.message)) return undefined
    throw error
  })
}
