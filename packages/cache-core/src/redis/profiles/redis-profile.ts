import { CacheConfigError } from '../../errors.ts'
import { retryDelayMs } from './retry-delay.ts'
import { reconnectOnReadonly } from './reconnect-on-readonly.ts'

/** What a client of Redis is for, or what it connects to. */
export type RedisProfileName = 'cache' | 'counter' | 'session' | 'subscriber' | 'cluster' | 'sentinel'

/** Options of ioredis for a client whose commands all end soon and are never done twice. Times are in milliseconds. */
export interface RedisProfile {
  /**
   * Longest wait for a reply. This package's operations have a shorter deadline of their own (`redisTimeout`); this one
   * frees what waits in the client, and ends a handshake with a server that accepts and says nothing.
   */
  readonly commandTimeout: number
  /**
   * Longest silence while replies are due; then the connection is given up. Without it a link that went dead without a word
   * is believed in until TCP gives up, after a quarter of an hour.
   */
  readonly socketTimeout: number
  /** Longest wait for a connection to open. ioredis would wait 10 s. */
  readonly connectTimeout: number
  /**
   * 0: commands that are on their way when the connection drops fail at once and are never sent again. With ioredis' default
   * of 20 an INCR whose reply was lost counted twice, and a refused port took over a minute to be reported.
   */
  readonly maxRetriesPerRequest: 0
  /**
   * No queue while there is no connection: what waits in it still runs when its caller has long had a timeout, and 100,000
   * such commands held 191 MB.
   */
  readonly enableOfflineQueue: false
  /** As `maxRetriesPerRequest`, for what was sent on the lost connection. */
  readonly autoResendUnfulfilledCommands: false
  /** Longest pause between two looks at a server that loads its data. With ioredis' 10 s it stood idle ten seconds after. */
  readonly maxLoadingRetryTime: number
  /** 50 ms, doubling to 1 s, with jitter: at most about one attempt a second at a server that is down. */
  readonly retryStrategy: (attempt: number) => number
  /** Leaves a server that has become a replica, but not over and over. */
  readonly reconnectOnError: (error: Error) => 1 | false
}

/**
 * Options of ioredis for a connection that only listens. Its commands are subscriptions, which may be made twice, so here
 * they queue and are sent again. With a cache's options ioredis' own renewal of a subscription fails when the connection
 * drops once more in that moment: seen with 5 and 6, it leaves a client that is ready and hears nothing, and a rejection
 * that nobody can handle, which ends the process. For the same reason there is no `commandTimeout`: watch such a connection
 * by a PING each second, to which `socketTimeout` gives two.
 */
export interface RedisSubscriberProfile extends Pick<
  RedisProfile,
  'socketTimeout' | 'connectTimeout' | 'maxLoadingRetryTime' | 'retryStrategy'
> {
  /** `null`: a subscription is sent again until it is answered. */
  readonly maxRetriesPerRequest: null
  readonly enableOfflineQueue: true
  readonly autoResendUnfulfilledCommands: true
  /** Subscribes again after each lost connection. */
  readonly autoResubscribe: true
}

/** Options of ioredis for a client that finds its master through Sentinels; as a cache's, with what Sentinels need. */
export interface RedisSentinelProfile extends RedisProfile {
  /**
   * Listens to the Sentinels for a failover. Without it a frozen master kept its clients for as long as it was frozen, though
   * another one had been promoted; and a client without traffic reads from the old one when it wakes up.
   */
  readonly failoverDetector: true
  /** Longest wait for a Sentinel's reply, before the next Sentinel is asked. */
  readonly sentinelCommandTimeout: number
}

/** Options of ioredis' `Cluster`. */
export interface RedisClusterProfile {
  /** For the connection to each node. */
  readonly redisOptions: Omit<RedisProfile, 'retryStrategy' | 'enableOfflineQueue' | 'reconnectOnError'>
  readonly enableOfflineQueue: false
  /**
   * How often to ask who serves which slot. Without it a frozen master blocked its slots for as long as it was frozen, though
   * a replica had been promoted after four seconds.
   */
  readonly slotsRefreshInterval: number
  /** 0: commands of a lost connection are not sent again; see {@link RedisProfile.maxRetriesPerRequest}. */
  readonly retryDelayOnFailover: 0
  /** As {@link RedisProfile.retryStrategy}, when no node can be reached. */
  readonly clusterRetryStrategy: (attempt: number) => number
}

/** Options by name of the profile. */
export interface RedisProfiles {
  readonly cache: RedisProfile
  readonly counter: RedisProfile
  readonly session: RedisProfile
  readonly subscriber: RedisSubscriberProfile
  readonly cluster: RedisClusterProfile
  readonly sentinel: RedisSentinelProfile
}

const names: readonly RedisProfileName[] = [
  'cache',
  'counter',
  'session',
  'subscriber',
  'cluster',
  'sentinel',
]

/**
 * Measured options for a client of ioredis 5 or 6. Its defaults are made for programs that would rather wait than fail:
 * on a frozen server they wait without a limit, and they send commands again whose reply was lost.
 *
 * - `cache`: one server. `new Redis({ ...redisProfile('cache'), host })`
 * - `counter`: as `cache`, with more time, since an increment that times out has an unknown outcome. Give counters a server
 *   of their own that does not evict.
 * - `session`: as `counter`; the deadline that a request sees is the session package's own.
 * - `subscriber`: a connection that only listens.
 * - `cluster`: `new Cluster(nodes, redisProfile('cluster'))`, with at least three nodes to start from.
 * - `sentinel`: `new Redis({ ...redisProfile('sentinel'), sentinels, name })`
 *
 * Each call returns new options, which may be spread and changed. `createCache` warns of a client that lacks them.
 *
 * @throws {CacheConfigError} for a name that is none of these.
 */
export function redisProfile<Name extends RedisProfileName>(name: Name): RedisProfiles[Name]
export function redisProfile(name: RedisProfileName): RedisProfiles[RedisProfileName] {
  switch (name) {
    case 'cache':
      return cacheProfile(150)
    case 'counter':
      return cacheProfile(1000)
    case 'session':
      return cacheProfile(1000)
    case 'subscriber':
      return subscriberProfile()
    case 'cluster':
      return clusterProfile()
    case 'sentinel':
      return { ...cacheProfile(150), failoverDetector: true, sentinelCommandTimeout: 500 }
    default:
      throw new CacheConfigError('name', `must be one of ${names.join(', ')}`)
  }
}

function cacheProfile(commandTimeout: number): RedisProfile {
  return {
    ...connectionOptions(commandTimeout),
    enableOfflineQueue: false,
    retryStrategy: retryDelayMs,
    reconnectOnError: reconnectOnReadonly(),
  }
}

function connectionOptions(commandTimeout: number): RedisClusterProfile['redisOptions'] {
  return {
    commandTimeout,
    socketTimeout: 1000,
    connectTimeout: 500,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    maxLoadingRetryTime: 500,
  }
}

function subscriberProfile(): RedisSubscriberProfile {
  return {
    socketTimeout: 2000,
    connectTimeout: 500,
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    autoResendUnfulfilledCommands: true,
    autoResubscribe: true,
    maxLoadingRetryTime: 500,
    retryStrategy: retryDelayMs,
  }
}

function clusterProfile(): RedisClusterProfile {
  return {
    // Without `reconnectOnError`: a Cluster's demoted master answers MOVED, which its client follows.
    redisOptions: connectionOptions(150),
    enableOfflineQueue: false,
    slotsRefreshInterval: 1000,
    retryDelayOnFailover: 0,
    clusterRetryStrategy: retryDelayMs,
  }
}
