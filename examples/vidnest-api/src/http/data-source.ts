import { AsyncLocalStorage } from 'node:async_hooks'
import type { Cache } from '@vidnest/cache-core'
import type { RequestHandler } from 'express'

interface Seen {
  hits: number
  misses: number
}

/**
 * For demonstrations: says in a header of each answer whether its data came from Redis or from MongoDB. A cache tells its
 * listeners of hits and misses within the asynchronous context of the request that asked.
 */
export function dataSourceHeader(cache: Cache): RequestHandler {
  const requests = new AsyncLocalStorage<Seen>()
  const count = (kind: keyof Seen) => (): void => {
    const seen = requests.getStore()
    if (seen !== undefined) seen[kind] += 1
  }
  cache.on('hit', count('hits'))
  cache.on('miss', count('misses'))
  return function dataSource(_req, res, next) {
    const seen: Seen = { hits: 0, misses: 0 }
    const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res
    res.writeHead = ((...args: unknown[]) => {
      if (!res.headersSent) res.setHeader('X-Data-Source', source(seen))
      return writeHead(...args)
    }) as typeof res.writeHead
    requests.run(seen, next)
  }
}

function source({ hits, misses }: Seen): string {
  if (hits > 0 && misses > 0) return 'redis+mongodb'
  if (hits > 0) return 'redis'
  return misses > 0 ? 'mongodb' : 'none'
}
