import { isClusterClient, type RedisLike } from '../redis-like.ts'

type Options = Readonly<Record<string, unknown>>

/** What each finding looks at. */
interface Inspected {
  /** The client's own options; on a Cluster those of its nodes. */
  readonly connection: Options
  /** A Cluster's own options. */
  readonly cluster: Options | undefined
  readonly sentinel: boolean
}

interface Finding {
  /** Where the option is; the path follows `redis.options.`. */
  readonly option: string
  readonly of: 'connection' | 'cluster'
  readonly lacks: (inspected: Inspected) => boolean
  readonly so: string
}

const resends = ({ connection }: Inspected): boolean => connection['maxRetriesPerRequest'] !== 0

const findings: readonly Finding[] = [
  {
    option: 'maxRetriesPerRequest',
    of: 'connection',
    lacks: (client) => client.cluster === undefined && resends(client),
    so: 'is not 0, so commands whose reply was lost are sent again, and calls wait for connections that do not come',
  },
  {
    option: 'autoResendUnfulfilledCommands',
    of: 'connection',
    lacks: (client) => resends(client) && client.connection['autoResendUnfulfilledCommands'] === false,
    so: 'is off while maxRetriesPerRequest is not 0, so commands of a lost connection never settle',
  },
  {
    option: 'enableOfflineQueue',
    of: 'cluster',
    lacks: ({ connection, cluster = connection }) => cluster['enableOfflineQueue'] !== false,
    so: 'is on, so commands that have timed out stay in memory, and run when the connection is back',
  },
  {
    option: 'socketTimeout',
    of: 'connection',
    lacks: ({ connection }) => !isLimit(connection['socketTimeout']),
    so: 'is missing, so a link that went dead without a word is believed in until TCP gives up, after minutes',
  },
  {
    option: 'commandTimeout',
    of: 'connection',
    lacks: ({ connection }) =>
      !isLimit(connection['commandTimeout']) && !isLimit(connection['socketTimeout']),
    so: 'is missing as well as socketTimeout, so commands to a frozen server stay in memory for as long as it is frozen',
  },
  {
    option: 'reconnectOnError',
    of: 'connection',
    lacks: ({ connection }) => asksToSendAgain(connection['reconnectOnError']),
    so: 'answers 2 to READONLY, so a client of a server that stays a replica reconnects and sends for ever: answer 1',
  },
  {
    option: 'failoverDetector',
    of: 'connection',
    lacks: ({ connection, sentinel }) => sentinel && connection['failoverDetector'] !== true,
    so: 'is off, so the client stays with a frozen master when another one has been promoted',
  },
  {
    option: 'sentinelCommandTimeout',
    of: 'connection',
    lacks: ({ connection, sentinel }) => sentinel && !isLimit(connection['sentinelCommandTimeout']),
    so: 'is missing, so a frozen Sentinel keeps the client from asking the next one',
  },
  {
    option: 'slotsRefreshInterval',
    of: 'cluster',
    lacks: ({ cluster }) => cluster !== undefined && !isLimit(cluster['slotsRefreshInterval']),
    so: 'is missing, so the slots of a frozen master stay with it when a replica has been promoted',
  },
  {
    option: 'retryDelayOnFailover',
    of: 'cluster',
    lacks: ({ cluster }) => cluster !== undefined && cluster['retryDelayOnFailover'] !== 0,
    so: 'is not 0, so commands whose reply was lost are sent again',
  },
]

/**
 * What a client lacks to be safe while Redis is in trouble, one message for each option. The cache keeps its promises all
 * the same, since every operation has a deadline of its own; but such a client recovers late, keeps memory, or does
 * commands twice.
 */
export function lackingOptions(client: RedisLike): string[] {
  const own = client.options as Options
  const isCluster = isClusterClient(client)
  const sentinel = Array.isArray(own['sentinels'])
  const inspected: Inspected = {
    connection: isCluster ? ((own['redisOptions'] ?? {}) as Options) : own,
    cluster: isCluster ? own : undefined,
    sentinel,
  }
  const profile = isCluster ? 'cluster' : sentinel ? 'sentinel' : 'cache'
  return findings
    .filter(({ lacks }) => lacks(inspected))
    .map(({ option, of, so }) => {
      const path = isCluster && of === 'connection' ? `redisOptions.${option}` : option
      return `redis.options.${path} ${so}; take it from redisProfile('${profile}')`
    })
}

function isLimit(option: unknown): boolean {
  return typeof option === 'number' && option > 0
}

function asksToSendAgain(reconnectOnError: unknown): boolean {
  if (typeof reconnectOnError !== 'function') return false
  try {
    return (reconnectOnError as (error: Error) => unknown)(new Error('READONLY')) === 2
  } catch {
    return false
  }
}
