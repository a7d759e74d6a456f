import { isClusterClient, type RedisLike } from '../../redis/redis-like.ts'
import type { Clock } from '../../time/clock.ts'
import { CliError, usageError } from '../cli-error.ts'
import type { Address } from './address.ts'
import type { ClientLibrary, OwnClient } from './client-library.ts'
import type { Connection, Server } from './connection.ts'
import { explain } from './explain.ts'
import { infoFields, modeOf } from './info.ts'

/** Deadline of connecting, and of every command. */
export const deadlineMs = 5000

/** For a client whose user waits for it: it fails instead of trying again, and sends nothing twice. */
const limits = {
  connectTimeout: deadlineMs,
  commandTimeout: deadlineMs,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // It prints where INFO is refused, and waits for a server that loads its data.
  enableReadyCheck: false,
}
const giveUp = (): null => null

/** How to connect. */
export interface ConnectOptions {
  readonly library: ClientLibrary
  readonly cluster: boolean
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Connects, and makes sure that it is what the user thinks it is. @throws {CliError} saying what to do. */
export async function connect(address: Address, options: ConnectOptions): Promise<Connection> {
  const client = createClient(address, options)
  const errors: unknown[] = []
  client.on('error', (error) => errors.push(error))
  if (options.cluster) client.on('node error', (error) => errors.push(error))
  try {
    await withinDeadline(options, async () => {
      await client.connect()
      await checkMode(client, options.cluster)
    })
  } catch (error) {
    client.disconnect()
    options.signal.throwIfAborted()
    throw explain(error instanceof CliError ? error : (errors.at(-1) ?? error), address.shown)
  }
  return {
    client,
    isCluster: options.cluster,
    shown: address.shown,
    libraryVersion: options.library.version,
    hasKeyPrefix: address.hasKeyPrefix,
    masters: () => mastersOf(client, address.shown),
    close: () => client.disconnect(),
  }
}

function createClient(address: Address, { library, cluster }: ConnectOptions): OwnClient {
  const { host, port, db = 0, ...login } = address.options
  const waitsForNothing = { lazyConnect: true, enableOfflineQueue: false }
  if (!cluster) {
    return new library.Redis({
      ...limits,
      ...waitsForNothing,
      ...login,
      host,
      port,
      db,
      retryStrategy: giveUp,
    })
  }
  if (db !== 0) throw usageError('a Cluster has no databases but 0: leave the number out of the address')
  return new library.Cluster([{ host, port }], {
    ...waitsForNothing,
    redisOptions: { ...limits, ...login },
    slotsRefreshTimeout: deadlineMs,
    clusterRetryStrategy: giveUp,
    // Certificates of managed Clusters are made for names, which a lookup would replace by addresses.
    ...(login.tls !== undefined && {
      dnsLookup: (name: string, found: (error: null, address: string) => void) => found(null, name),
    }),
  })
}

/** @throws when it takes too long; the signal's reason when it is aborted meanwhile. */
async function withinDeadline({ clock, signal }: ConnectOptions, run: () => Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = clock.setTimer(deadlineMs, () => reject(new Error('the server does not answer')))
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([run(), promise])
  } finally {
    timer.cancel()
    signal.removeEventListener('abort', stop)
  }
}

/** A server that is met as what it is not would show a part of its keys as all of them. */
async function checkMode(client: RedisLike, cluster: boolean): Promise<void> {
  if (cluster) return
  const info = await infoFields(client, 'server')
  const mode = info && modeOf(info)
  if (mode === 'cluster') throw usageError('this server is part of a Cluster: add --cluster')
  if (mode === 'sentinel')
    throw usageError('this is a Sentinel, which holds no data: give the address of its master')
}

function mastersOf(client: RedisLike, shown: string): readonly Server[] {
  if (!isClusterClient(client)) return [{ name: shown, client }]
  return client
    .nodes('master')
    .map((node) => ({ name: nodeName(node), client: node }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function nodeName(node: RedisLike): string {
  const { host = '', port = '' } = node.options as { readonly host?: string; readonly port?: number }
  return `${host}:${String(port)}`
}
