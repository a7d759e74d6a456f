import type { KeyNames } from '../../store/key-names.ts'
import { interrupted, usageError } from '../cli-error.ts'
import type { Connection } from '../connection/connection.ts'
import { factsOf, type KeyFacts } from '../survey/key-facts.ts'
import { allNames, entryNames } from '../survey/name-search.ts'
import { scanStep } from '../survey/walk.ts'
import { countOf } from '../terminal/units.ts'

/** Which keys to list. */
export interface KeyQuestion {
  /** Glob of the keys without the namespace; `undefined` for all. */
  readonly pattern: string | undefined
  /** Whether markers, generation, barriers and counter deltas are wanted as well. */
  readonly helpers: boolean
  /** Where an earlier page ended. */
  readonly cursor: string | undefined
  /** A page ends once it has so many keys; `Infinity` for all. */
  readonly limit: number
}

/** Some keys, and where to go on; `next` is `undefined` at the end. */
export interface KeyPage {
  readonly keys: readonly KeyFacts[]
  readonly next: string | undefined
}

/** Where a listing stands. */
interface Place {
  /** Of which server. */
  readonly server: number
  /** SCAN's own cursor there. */
  readonly cursor: string
}

/** Names that one SCAN looks at. */
const leastCount = 10
const mostCount = 1000

const start: Place = { server: 0, cursor: '0' }

/**
 * Lists keys in SCAN's order. A page may be a little longer than asked, since SCAN's pages are not cut.
 * @throws {CliError} for a cursor that no page ended with.
 */
export async function listKeys(
  connection: Connection,
  names: KeyNames,
  question: KeyQuestion & { readonly signal: AbortSignal },
): Promise<KeyPage> {
  const { glob, isMeant } = question.helpers ? allNames(names) : entryNames(names, question.pattern)
  const servers = connection.masters()
  const keys: KeyFacts[] = []
  let count = Math.min(mostCount, Math.max(leastCount, question.limit))
  let place: Place | undefined = question.cursor === undefined ? start : readCursor(question.cursor)
  while (place !== undefined) {
    const server = servers[place.server]
    if (server === undefined) throw badCursor()
    const page = await scanStep(server.client, { cursor: place.cursor, glob, count })
    // Where few keys fit, small steps would be many.
    if (page.names.length === 0) count = Math.min(mostCount, count * 2)
    const facts = await factsOf(server.client, names, page.names.filter(isMeant))
    keys.push(...facts.filter(({ key }) => question.helpers || key !== undefined))
    place = following(place, page.next, servers.length)
    if (keys.length >= question.limit) break
    if (question.signal.aborted)
      throw interrupted(`after ${countOf(keys.length, 'key')}; nothing was changed`)
  }
  return { keys, next: place && writeCursor(place) }
}

function following({ server }: Place, next: string, servers: number): Place | undefined {
  if (next !== '0') return { server, cursor: next }
  return server + 1 < servers ? { server: server + 1, cursor: '0' } : undefined
}

function writeCursor({ server, cursor }: Place): string {
  return `${String(server)}.${cursor}`
}

function readCursor(text: string): Place {
  const match = /^(\d{1,4})\.(\d{1,20})$/.exec(text)
  if (match === null) throw badCursor()
  return { server: Number(match[1]), cursor: match[2] ?? '0' }
}

function badCursor(): Error {
  return usageError('--cursor must be one with which an earlier page of the same listing ended')
}
