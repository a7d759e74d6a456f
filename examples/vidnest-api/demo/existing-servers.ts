import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import mongoose from 'mongoose'

/** What a demo has on a server that is somebody else's: its own part of it, which nothing but the demo touches. */
export interface Guest {
  /** Variables with which VidNest finds its part, and nothing else. */
  readonly env: Readonly<Record<string, string>>
  /** What to call its part, for who wants to look or to remove it by hand. */
  readonly part: string
  /** Removes the part. */
  leave(): Promise<void>
}

const timeoutMs = 5000
const atOnce = 1000

/** A name that no other data has. */
const newName = (): string => `vidnest-demo-${randomBytes(4).toString('hex')}`

/**
 * Takes a namespace of its own in the database of a Redis that the address names.
 * @throws when it does not answer, without its password
 */
export async function visitRedis(url: string): Promise<Guest & { readonly pattern: string }> {
  const namespace = newName()
  const pattern = `${namespace}:*`
  await withRedis(url, (redis) => redis.ping())
  return {
    // Both roles in the one database that was named: others may be in use, or not allowed.
    env: { REDIS_CACHE_URL: url, REDIS_SESSION_URL: url, CACHE_NAMESPACE: namespace },
    pattern,
    part: `keys ${pattern}`,
    leave: () => withRedis(url, (redis) => removeKeys(redis, pattern)),
  }
}

async function removeKeys(redis: Redis, pattern: string): Promise<void> {
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', atOnce)
    if (keys.length > 0) await redis.unlink(keys)
    cursor = next
  } while (cursor !== '0')
}

async function withRedis<Result>(url: string, work: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let reason: Error | undefined
  redis.on('error', (error: Error) => (reason = error))
  try {
    await redis.connect()
    return await work(redis)
  } catch (error) {
    throw new Error(`the Redis of REDIS_URL does not answer as it should: ${wordsOf(reason ?? error)}`)
  } finally {
    redis.disconnect()
  }
}

/**
 * Takes a database of its own on a MongoDB.
 * @throws when it does not answer, without its password
 */
export async function visitMongo(uri: string): Promise<Guest> {
  const database = newName()
  const own = withDatabase(uri, database)
  await withMongo(own, (connection) => connection.db?.command({ ping: 1 }))
  return {
    env: { MONGODB_URI: own },
    part: `database ${database}`,
    leave: () => withMongo(own, (connection) => connection.dropDatabase()),
  }
}

async function withMongo(
  uri: string,
  work: (connection: mongoose.Connection) => Promise<unknown> | undefined,
): Promise<void> {
  const connection = mongoose.createConnection(uri, { serverSelectionTimeoutMS: timeoutMs })
  try {
    await connection.asPromise()
    await work(connection)
  } catch (error) {
    throw new Error(`the MongoDB of MONGODB_URI does not answer as it should: ${wordsOf(error)}`)
  } finally {
    await connection.close()
  }
}

/** The same address with another database; a password is still looked up where the address said so. */
export function withDatabase(uri: string, database: string): string {
  const [, hosts, given, query] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(uri) ?? []
  if (hosts === undefined) throw new Error('MONGODB_URI must be an address that begins with mongodb://')
  const options = new URLSearchParams(query)
  // The name of an SRV record, and mechanisms without a password, bring a source of their own.
  const hasPassword =
    /^mongodb:\/\/[^@]*:[^@]*@/.test(hosts) && !/^(?!SCRAM)./.test(options.get('authMechanism') ?? '')
  if (hasPassword && !options.has('authSource')) options.set('authSource', given || 'admin')
  return `${hosts}/${database}${options.size === 0 ? '' : `?${String(options)}`}`
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
