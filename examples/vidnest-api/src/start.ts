import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import mongoose, { type Connection } from 'mongoose'
import { pino, type Logger } from 'pino'
import { createApp } from './app.ts'
import { createCaches } from './config/caches.ts'
import { type Config, readConfig, shareServer } from './config/config.ts'
import { connectRedis, waitUntilReady } from './config/redis-client.ts'
import type { Context } from './context.ts'
import { createContext } from './create-context.ts'
import { warmCaches } from './warm.ts'

/** A running VidNest. */
export interface RunningVidNest {
  /** Address, without a slash at its end. */
  readonly url: string
  readonly port: number
  readonly app: Express
  readonly context: Context
  /** Fills the caches ahead; resolves when it is done. Started by itself, never waited for. */
  readonly warming: Promise<void>
  /** Stops taking requests, answers those under way, writes counts back and closes everything. */
  close(): Promise<void>
}

/** MongoDB is not there; without it nothing works. */
export class MongoUnreachableError extends Error {
  override readonly name = 'MongoUnreachableError'
}

const mongoTimeoutMs = 5000
const redisWaitMs = 1000
const drainMs = 10_000
const sweepMs = 50

/**
 * Connects, and listens. Redis may be away; MongoDB may not.
 * @throws {ConfigError} for a bad environment; {MongoUnreachableError}; the error of `listen` when the port is taken.
 */
export async function startVidNest(
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningVidNest> {
  const config = readConfig(env)
  const log = pino({ level: config.LOG_LEVEL, redact: ['*.authorization', '*.cookie', '*.password'] })
  if (shareServer(config.redisUrls)) {
    log.info(
      'cache and sessions share a Redis server: let one evict, and keep sessions and counts on one that does not',
    )
  }
  const connection = await connectMongo(config)
  const state = { draining: false }
  const tools = { log, isStopping: () => state.draining }
  const redis = {
    cache: connectRedis('cache', config.redisUrls.cache, tools),
    session: connectRedis('session', config.redisUrls.session, tools),
  }
  await Promise.all(Object.values(redis).map((client) => waitUntilReady(client, redisWaitMs)))
  const caches = createCaches(config, redis)
  const context = await createContext({
    config,
    log,
    connection,
    redis,
    caches,
    isDraining: () => state.draining,
  })
  const app = createApp(context)
  const closeAll = async (): Promise<void> => {
    await context.sessions.close()
    await Promise.allSettled([caches.values.close(), caches.counts.close()])
    for (const client of Object.values(redis)) client.disconnect()
    await connection.close()
  }
  let server: Server
  try {
    server = await listen(app, config)
  } catch (error) {
    await closeAll()
    throw error
  }
  const { port } = server.address() as AddressInfo
  const url = `http://${config.HOST}:${String(port)}`
  log.info({ url }, 'VidNest is listening')
  const warming = warmCaches(context)
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    state.draining = true
    await stopServer(server, log)
    await warming
    await closeAll()
  }
  return { url, port, app, context, warming, close: () => (closing ??= close()) }
}

async function connectMongo({ MONGODB_URI, DEMO_HEADERS }: Config): Promise<Connection> {
  try {
    return await mongoose
      .createConnection(MONGODB_URI, {
        serverSelectionTimeoutMS: mongoTimeoutMs,
        monitorCommands: DEMO_HEADERS,
      })
      .asPromise()
  } catch (cause) {
    throw new MongoUnreachableError(
      'MongoDB does not answer: is MONGODB_URI right, and the server running?',
      { cause },
    )
  }
}

function listen(app: Express, config: Config): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(app)
    server.once('error', reject)
    server.listen(config.PORT, config.HOST, () => {
      resolve(server)
    })
  })
}

async function stopServer(server: Server, log: Logger): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  // Connections that become idle later would keep it open until their keep-alive ends.
  const sweep = setInterval(() => {
    server.closeIdleConnections()
  }, sweepMs)
  const timer = setTimeout(() => {
    log.warn('some requests took too long and were cut off')
    server.closeAllConnections()
  }, drainMs)
  await closed
  clearTimeout(timer)
  clearInterval(sweep)
}
