import type { ValueSlot } from '../../envelope/slot.ts'
import type { KeyNames } from '../../store/key-names.ts'
import type { Connection } from '../connection/connection.ts'
import { infoFields } from '../connection/info.ts'
import { serverTime } from '../connection/server-clock.ts'
import { readGeneration, type Generation } from '../survey/generation.ts'
import { factsOf, type KeyFacts } from '../survey/key-facts.ts'
import { latestBarrier, parseMarker, type Marker } from './marker.ts'

/** What Redis knows of one key of a namespace. */
export interface Inspection {
  readonly key: string
  readonly redisKey: string
  /** Redis' time in ms. */
  readonly now: number
  /** `undefined` when the key does not exist. */
  readonly facts: KeyFacts | undefined
  /** Markers of the entry's tags; `undefined` for a missing one. */
  readonly markers: ReadonlyMap<string, Marker | undefined>
  readonly generation: Generation | undefined
  /** Until when a writer’s barrier stands before the key, in Redis' time; 0 for none. */
  readonly barrierUntil: number
  /** Whether a server runs that the present epoch does not cover; `undefined` where INFO is refused. */
  readonly isServerNew: boolean | undefined
}

/** How often the key is read again because it changed meanwhile. */
const mostReads = 3

/** Reads a key, and all by which the cache judges it. Reads only. */
export async function readInspection(
  connection: Connection,
  names: KeyNames,
  key: string,
): Promise<Inspection> {
  const { client } = connection
  const redisKey = names.entry(key)
  const [time, generation, runIds] = await Promise.all([
    serverTime(connection),
    readGeneration(connection, names),
    readRunIds(connection),
  ])
  let [facts] = await factsOf(client, names, [redisKey])
  let markers = await readMarkers(connection, names, facts)
  for (let read = 1; read < mostReads; read += 1) {
    const [again] = await factsOf(client, names, [redisKey])
    if (versionOf(again) === versionOf(facts)) break
    facts = again
    markers = await readMarkers(connection, names, facts)
  }
  const barrier = await readBarrier(connection, names.barrier(redisKey))
  return {
    key,
    redisKey,
    now: time.now(),
    facts,
    markers,
    generation,
    barrierUntil: barrier,
    isServerNew:
      generation === undefined ? undefined : runIds?.some((runId) => !generation.runIds.includes(runId)),
  }
}

function versionOf(facts: KeyFacts | undefined): string {
  const slot = facts?.slot
  if (slot?.kind === 'value' || slot?.kind === 'lease') return `${slot.kind} ${slot.token}`
  return facts?.type ?? 'none'
}

async function readMarkers(
  { client }: Connection,
  names: KeyNames,
  facts: KeyFacts | undefined,
): Promise<ReadonlyMap<string, Marker | undefined>> {
  const tags = valueOf(facts)?.tags ?? []
  const texts = await Promise.all(tags.map((tag) => client.call('GET', names.marker(tag))))
  return new Map(tags.map((tag, index) => [tag, parseMarker(texts[index])]))
}

/** The entry's header, if there is one. */
export function valueOf(facts: KeyFacts | undefined): ValueSlot | undefined {
  return facts?.slot?.kind === 'value' ? facts.slot : undefined
}

async function readBarrier({ client }: Connection, name: string): Promise<number> {
  const type = await client.call('TYPE', name)
  if (type !== 'zset') return 0
  return latestBarrier(await client.call('ZREVRANGE', name, 0, 0, 'WITHSCORES'))
}

async function readRunIds(connection: Connection): Promise<readonly string[] | undefined> {
  const infos = await Promise.all(connection.masters().map(({ client }) => infoFields(client, 'server')))
  const runIds = infos.map((info) => info?.get('run_id') ?? '')
  return runIds.includes('') ? undefined : runIds
}
