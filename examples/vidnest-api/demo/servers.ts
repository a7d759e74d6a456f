import { type Report, startMongo, startRedis } from '@vidnest/services'
import type { RedisUrls } from '../src/config/config.ts'
import { visitMongo, visitRedis, withDatabase } from './existing-servers.ts'

/** A server that a demo runs on. */
export interface DemoServer {
  /** Variables with which VidNest finds it. */
  readonly env: Readonly<Record<string, string>>
  /** Stops it, or removes what the demo has of it. */
  close(): Promise<void>
}

/** What there is to see, and the command that shows it. */
export type Looks = readonly (readonly [what: string, command: string])[]

export interface DemoRedis extends DemoServer {
  /** How to look at the demo's keys, which VidNest keeps at these addresses. */
  looks(urls: RedisUrls): Looks
}

/** The variables that name existing servers. A shell may have them for another purpose: they count only when asked for. */
export const serverVariables = ['REDIS_URL', 'MONGODB_URI'] as const

/** The address that is in the environment under this name. */
export function addressIn(variable: (typeof serverVariables)[number]): string | undefined {
  return process.env[variable] || undefined
}

/** A part of the Redis at this address, or without one a Redis of the demo's own. */
export async function redisFor(url: string | undefined, report: Report): Promise<DemoRedis> {
  if (url !== undefined) {
    const guest = await visitRedis(url)
    report({ server: 'Redis', title: 'REDIS_URL', state: 'done', detail: guest.part, elapsedMs: 0 })
    // The address may hold a password, which belongs neither on a screen nor into a list of processes.
    const command = `redis-cli -u "$REDIS_URL" --scan --pattern '${guest.pattern}'`
    return { env: guest.env, looks: () => [['all of it', command]], close: () => guest.leave() }
  }
  const redis = await startRedis({ report })
  const looks = ({ cache, session }: RedisUrls): Looks => [
    ['cached values', `redis-cli -u ${cache} --scan`],
    ['sessions, counters and limits', `redis-cli -u ${session} --scan`],
  ]
  return { env: { REDIS_URL: redis.url }, looks, close: () => redis.stop() }
}

/** A database on the MongoDB at this address, or without one on a MongoDB of the demo's own. */
export async function mongoFor(uri: string | undefined, report: Report): Promise<DemoServer> {
  if (uri !== undefined) {
    const guest = await visitMongo(uri)
    report({ server: 'MongoDB', title: 'MONGODB_URI', state: 'done', detail: guest.part, elapsedMs: 0 })
    return { env: guest.env, close: () => guest.leave() }
  }
  const mongo = await startMongo({ report })
  return { env: { MONGODB_URI: withDatabase(mongo.uri, 'vidnest') }, close: () => mongo.stop() }
}
