import { type BoundedRedis, isCacheError, type RedisLike } from '@vidnest/cache-core'

/** What a Redis role says of itself. */
export interface RedisReport {
  readonly connected: boolean
  readonly dbSize?: number
  /** A few lines of INFO; missing where the account may not ask. */
  readonly info?: Readonly<Record<string, string>>
  readonly memory?: Readonly<Record<string, string>>
}

const infoFields = ['redis_version', 'redis_mode', 'uptime_in_seconds', 'connected_clients', 'role']
const statsFields = [
  'total_commands_processed',
  'keyspace_hits',
  'keyspace_misses',
  'evicted_keys',
  'expired_keys',
]
const memoryFields = [
  'used_memory',
  'used_memory_human',
  'used_memory_peak_human',
  'maxmemory',
  'maxmemory_human',
  'maxmemory_policy',
]

/** Asks a role for its state; what it may not tell is left out. */
export async function reportRedis(client: RedisLike, redis: BoundedRedis): Promise<RedisReport> {
  if (client.status !== 'ready') return { connected: false }
  const ask = (command: string): Promise<unknown> =>
    redis.call('stats', command).catch((error: unknown) => {
      if (isCacheError(error)) return undefined
      throw error
    })
  const [size, info] = await Promise.all([ask('DBSIZE'), ask('INFO')])
  const lines = typeof info === 'string' ? parseInfo(info) : undefined
  return {
    connected: size !== undefined || lines !== undefined,
    ...(typeof size === 'number' && { dbSize: size }),
    ...(lines !== undefined && {
      info: pick(lines, [...infoFields, ...statsFields]),
      memory: pick(lines, memoryFields),
    }),
  }
}

function parseInfo(text: string): Map<string, string> {
  const lines = text.split('\r\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}

function pick(lines: ReadonlyMap<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (lines.has(name) ? [[name, lines.get(name) ?? '']] : [])))
}
