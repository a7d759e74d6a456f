import { Redis } from 'ioredis'
import type { Logger } from 'pino'

/** What a client of Redis is for. */
export type RedisRole = 'cache' | 'session'

/** What a client reports to. */
export interface ClientTools {
  readonly log: Logger
  /** Whether the application is closing, so that a closed connection is no news. */
  readonly isStopping: () => boolean
}

const firstRetryMs = 50
const longestRetryMs = 1000

/**
 * A client that fails at once instead of queueing: what is queued is sent when nobody waits for it any more, and what is
 * sent again after a lost reply may be done twice. There is no `commandTimeout`: the packages bring deadlines of their own,
 * which, unlike the client's, do not count time in which this process was too busy to read the answer.
 */
export function connectRedis(role: RedisRole, url: string, { log, isStopping }: ClientTools): Redis {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 500,
    socketTimeout: 1000,
    maxLoadingRetryTime: 500,
    retryStrategy: (attempt) =>
      Math.min(longestRetryMs, firstRetryMs * 2 ** (attempt - 1)) * (0.9 + 0.2 * Math.random()),
  })
  logChanges(client, role, { log, isStopping })
  return client
}

/** One line for each event of the connection; those that every failed attempt repeats, once until Redis is ready again. */
function logChanges(client: Redis, role: RedisRole, { log, isStopping }: ClientTools): void {
  const told = new Set<string>()
  for (const event of ['connect', 'ready', 'close', 'reconnecting', 'error'] as const) {
    client.on(event, (error?: unknown) => {
      if (event === 'ready') told.clear()
      if (isStopping() || told.has(event)) return
      if (event !== 'ready') told.add(event)
      const reason = error instanceof Error && 'code' in error ? { reason: String(error.code) } : {}
      const level = event === 'ready' || event === 'connect' ? 'info' : 'warn'
      log[level]({ role, event, ...reason }, `Redis (${role}): ${event}`)
    })
  }
}

/** Waits for the first connection, but not long: the application works without it. */
export async function waitUntilReady(client: Redis, longestMs: number): Promise<boolean> {
  if (client.status === 'ready') return true
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(false)
    }, longestMs)
    client.once('ready', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
