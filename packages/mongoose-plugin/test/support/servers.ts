import { randomUUID } from 'node:crypto'

import { Redis } from 'ioredis'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    mongoUri: string
    redisUrl: string
  }
}

/** Address of the tests' replica set. */
export function mongoUri(): string {
  return process.env.VIDNEST_TEST_MONGO_URI ?? inject('mongoUri')
}

/** Address of the tests' Redis. */
export function redisUrl(): string {
  return process.env.VIDNEST_TEST_REDIS_URL ?? inject('redisUrl')
}

/** A client of the tests' Redis that is ready. */
export async function connectRedis(): Promise<Redis> {
  const redis = new Redis(redisUrl(), { lazyConnect: true })
  await redis.connect()
  return redis
}

/** A name that no other test uses. */
export function uniqueName(): string {
  return `t${randomUUID().replaceAll('-', '').slice(0, 16)}`
}
