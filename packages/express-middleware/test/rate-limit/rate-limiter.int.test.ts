import { randomUUID } from 'node:crypto'
import { startRedis } from '@vidnest/services'
import express, { type NextFunction, type Request, type Response } from 'express'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { rateLimiter } from '../../src/index.ts'
import { limitedApp } from '../support/limited-app.ts'
import { closeAll, connect, onClose, serve } from '../support/serve.ts'

afterEach(closeAll)

const algorithms = ['fixed-window', 'sliding-log', 'gcra'] as const

async function passed(answers: readonly ReturnType<typeof fetch>[]): Promise<number> {
  return (await Promise.all(answers)).filter(({ status }) => status === 204).length
}

describe.each(algorithms)('%s', (algorithm) => {
  test('exactly the limit passes, of 200 at once and over two processes, and clients stay apart', async () => {
    const one = await limitedApp({ algorithm, limit: 100 })
    const two = await limitedApp({ ...one.policy, redis: await connect() })
    const answers = Array.from({ length: 100 }, () => [one.hit(), two.hit()]).flat()
    expect(await passed(answers)).toBe(100)
    expect(await passed([one.hit('another')])).toBe(1)
  })

  test('every key lives for the window, under the documented name, and refused requests cost nothing', async () => {
    const app = await limitedApp({ algorithm, limit: 2 })
    const redis = await connect()
    for (let request = 0; request < 5; request += 1) await app.hit('a:b*')
    const keys = await redis.keys(`${app.policy.namespace}:*`)
    expect(keys).toEqual([`${app.policy.namespace}:ratelimit:test:a%3Ab%2A`])
    await app.hit('once')
    for (const key of [keys[0] ?? '', `${app.policy.namespace}:ratelimit:test:once`]) {
      const life = await redis.pttl(key)
      // Most of the ten minutes, however slow the machine is.
      expect(life).toBeGreaterThan(480_000)
      expect(life).toBeLessThanOrEqual(600_000)
    }
    const before = await redis.dump(keys[0] ?? '')
    expect((await app.hit('a:b*')).status).toBe(429)
    expect(await redis.dump(keys[0] ?? '')).toBe(before)
  })

  test('SCRIPT FLUSH in the middle changes nothing', async () => {
    const redis = await connect()
    const app = await limitedApp({ algorithm, limit: 10, redis })
    expect(await passed(Array.from({ length: 6 }, () => app.hit()))).toBe(6)
    await redis.script('FLUSH')
    expect(await passed(Array.from({ length: 10 }, () => app.hit()))).toBe(4)
  })
})

test('a request that cannot be told from others is a bad one, and an empty name counts by address', async () => {
  const redis = await connect()
  const policy = {
    redis,
    namespace: `l-${randomUUID().slice(0, 8)}`,
    name: 'test',
    window: '10m',
    limit: 1,
  } as const
  const app = express()
  app.use('/nowhere', (req, _res, next) => {
    Object.defineProperty(req, 'ip', { value: undefined })
    next()
  })
  app.use(rateLimiter({ ...policy, identifier: () => '' }))
  app.use((error: { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
    res.sendStatus(error.status ?? 500)
  })
  const url = await serve(app)
  expect((await fetch(`${url}/nowhere`)).status).toBe(400)
  expect(await redis.keys(`${policy.namespace}:*`)).toEqual([])
  await fetch(url)
  expect(await redis.keys(`${policy.namespace}:*`)).toEqual([`${policy.namespace}:ratelimit:test:127.0.0.1`])
})

test('gcra lets an even rate pass after the burst', async () => {
  const app = await limitedApp({ algorithm: 'gcra', limit: 10, window: '1s' })
  expect(await passed(Array.from({ length: 15 }, () => app.hit()))).toBeGreaterThanOrEqual(10)
  await vi.waitFor(async () => {
    expect((await app.hit()).status).toBe(204)
  })
})

test('answers carry the draft 8 headers, and a refusal says when to come back', async () => {
  const app = await limitedApp({ limit: 1, window: '1m' })
  const first = await app.hit()
  expect(first.headers.get('ratelimit-policy')).toMatch(/^"test"; q=1; w=60/)
  expect(first.headers.get('ratelimit')).toMatch(/^"test"; r=0; t=60/)
  const refused = await app.hit()
  expect(refused.status).toBe(429)
  expect(refused.headers.get('content-type')).toContain('application/problem+json')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  expect(await refused.json()).toMatchObject({ status: 429, 'violated-policies': ['test'] })
})

test('an application answers refusals in its own form', async () => {
  const app = await limitedApp({
    limit: 1,
    onRefused: ({ status, policy }, { res }) => {
      res.status(status).json({ message: policy, success: false })
    },
  })
  await app.hit()
  expect(await (await app.hit()).json()).toEqual({ message: 'test', success: false })
})

test.each([
  ['memory', [204, 204, 429], []],
  ['open', [204, 204, 204], []],
  ['closed', [503, 503, 503], ['5']],
] as const)('while Redis is frozen, %s', async (onStoreError, statuses, retryAfter) => {
  const server = await startRedis()
  onClose(() => server.stop())
  const app = await limitedApp({ redis: await connect(server.url), limit: 2, onStoreError })
  await server.pause()
  const answers = [await app.hit(), await app.hit(), await app.hit()]
  expect(answers.map(({ status }) => status)).toEqual(statuses)
  expect(
    answers
      .filter(({ status }) => status === 503)
      .map((answer) => answer.headers.get('retry-after'))
      .slice(0, 1),
  ).toEqual(retryAfter)
  await server.resume()
  await vi.waitFor(
    async () => {
      expect((await app.hit('later')).status).toBe(204)
    },
    { timeout: 15_000 },
  )
})

test('a limiter that is made before Redis is ready works once it is', async () => {
  const server = await startRedis()
  onClose(() => server.stop())
  const redis = await connect(server.url)
  await server.kill()
  const app = await limitedApp({ redis, limit: 2, onStoreError: 'closed' })
  expect((await app.hit()).status).toBe(503)
  await server.restart()
  await vi.waitFor(
    async () => {
      expect((await app.hit()).status).toBe(204)
    },
    { timeout: 15_000 },
  )
})

test('a bad policy is refused, naming the option', async () => {
  const redis = await connect()
  const good = { redis, namespace: 'n', name: 'p', window: '1m', limit: 1 }
  const cases: [object, string][] = [
    [{ window: 60 }, 'window'],
    [{ limit: 0 }, 'limit'],
    [{ algorithm: 'token-bucket' }, 'algorithm'],
    [{ onStoreError: 'ignore' }, 'onStoreError'],
    [{ name: 'a:b' }, 'name'],
    [{ key: 'limit:{name}' }, 'key'],
    [{ windowMs: 5 }, 'windowMs'],
  ]
  for (const [options, path] of cases) {
    expect(() => rateLimiter({ ...good, ...options } as never)).toThrow(
      expect.objectContaining({ path }) as Error,
    )
  }
})
