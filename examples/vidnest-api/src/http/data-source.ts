import { AsyncLocalStorage } from 'node:async_hooks'
import type { Cache } from '@vidnest/cache-core'
import type { RequestHandler } from 'express'
import type { Connection } from 'mongoose'

interface Seen {
  redis: boolean
  mongodb: boolean
}

/**
 * For demonstrations: says in a header of each answer whether its data came from Redis, from MongoDB, or from both. A cache
 * tells its listeners of hits and misses, and the driver of each command that it sends, within the asynchronous context of
 * the request that asked. The connection must monitor its commands.
 */
export function dataSourceHeader(cache: Cache, connection: Connection): RequestHandler {
  const requests = new AsyncLocalStorage<Seen>()
  const note = (source: keyof Seen) => (): void => {
    const seen = requests.getStore()
    if (seen !== undefined) seen[source] = true
  }
  cache.on('hit', note('redis'))
  // Whoever waits for another's load sends no command, but its data comes from there too.
  cache.on('miss', note('mongodb'))
  cache.on('joined', note('mongodb'))
  connection.getClient().on('commandStarted', note('mongodb'))
  return function dataSource(_req, res, next) {
    const seen: Seen = { redis: false, mongodb: false }
    const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res
    res.writeHead = ((...args: unknown[]) => {
      if (!res.headersSent) res.setHeader('X-Data-Source', source(seen))
      return writeHead(...args)
    }) as typeof res.writeHead
    requests.run(seen, next)
  }
}

function source({ redis, mongodb }: Seen): string {
  if (redis && mongodb) return 'redis+mongodb'
  if (redis) return 'redis'
  return mongodb ? 'mongodb' : 'none'
}
