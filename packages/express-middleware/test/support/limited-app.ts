import { randomUUID } from 'node:crypto'
import express from 'express'
import { type RateLimitPolicy, rateLimiter } from '../../src/index.ts'
import { connect, serve } from './serve.ts'

/** A small application with a limit. */
export interface LimitedApp {
  readonly url: string
  readonly policy: RateLimitPolicy
  hit(client?: string, path?: string): ReturnType<typeof fetch>
}

export async function limitedApp(options: Partial<RateLimitPolicy> = {}): Promise<LimitedApp> {
  const redis = options.redis ?? (await connect())
  const policy: RateLimitPolicy = {
    redis,
    namespace: `l-${randomUUID().slice(0, 8)}`,
    name: 'test',
    window: '10m',
    limit: 5,
    identifier: (req) => req.get('x-client'),
    ...options,
  }
  const app = express()
  app.use(rateLimiter(policy))
  app.get('/', (_req, res) => {
    res.sendStatus(204)
  })
  app.get('/fails', (_req, res) => {
    res.sendStatus(401)
  })
  const url = await serve(app)
  return {
    url,
    policy,
    hit: (client = 'c', path = '/') => fetch(url + path, { headers: { 'x-client': client } }),
  }
}
