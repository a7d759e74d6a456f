import { systemClock } from '../../time/clock.ts'
import type { Server } from '../connection/connection.ts'
import { infoFields, unlessRefused } from '../connection/info.ts'
import { askTime } from '../connection/server-clock.ts'

/** What a server says of itself, and how it answers. */
export interface ServerFacts {
  readonly name: string
  /** `undefined` where INFO is refused. */
  readonly info: ReadonlyMap<string, string> | undefined
  /** Settings that INFO does not tell; empty where CONFIG is refused. */
  readonly config: ReadonlyMap<string, string>
  /** Round trips of PING, in ms. */
  readonly pingsMs: readonly number[]
  /** How far its clock is ahead of this machine's, in ms; negative when it is behind. */
  readonly skewMs: number
  /** What the cache needs and this user may not do. */
  readonly refused: readonly string[]
}

const pings = 20
const settings = ['save', 'appendfsync']

/**
 * Asks a server. Reads only, but for an UNLINK of a name of the namespace that nothing has; without a namespace it is not
 * known what this user may touch.
 */
export async function readFacts(
  { name, client }: Server,
  unusedName: string | undefined,
): Promise<ServerFacts> {
  return {
    name,
    info: await infoFields(client),
    config: await readConfig(client),
    pingsMs: await measurePings(client),
    skewMs: await measureSkew(client),
    refused: await findRefused(client, unusedName),
  }
}

async function readConfig(client: Server['client']): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>()
  for (const setting of settings) {
    const reply = await unlessRefused(client.call('CONFIG', 'GET', setting))
    const value = Array.isArray(reply) ? (reply[1] as unknown) : undefined
    if (typeof value === 'string') values.set(setting, value)
  }
  return values
}

async function measurePings(client: Server['client']): Promise<readonly number[]> {
  const roundTrips: number[] = []
  for (let ping = 0; ping < pings; ping += 1) {
    const sentAt = systemClock.now()
    await client.call('PING')
    roundTrips.push(systemClock.now() - sentAt)
  }
  return roundTrips
}

async function measureSkew(client: Server['client']): Promise<number> {
  const sentAt = systemClock.epochMs()
  const time = await askTime(client)
  return time - (sentAt + systemClock.epochMs()) / 2
}

async function findRefused(
  client: Server['client'],
  unusedName: string | undefined,
): Promise<readonly string[]> {
  const trials: (readonly [string, ...(string | number)[]])[] = [
    ['EVAL', 'return 1', 0],
    ['SCAN', '0', 'COUNT', 1],
    ['TIME'],
  ]
  if (unusedName !== undefined) trials.push(['GET', unusedName], ['MGET', unusedName], ['UNLINK', unusedName])
  const refused: string[] = []
  for (const [command, ...args] of trials) {
    try {
      await client.call(command, ...args)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      if (error.message.startsWith('NOPERM')) refused.push(command)
    }
  }
  return refused
}
