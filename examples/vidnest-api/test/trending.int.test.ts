import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestVidNest, type TestVidNest } from './support/vidnest.ts'

let app: TestVidNest

beforeAll(async () => {
  app = await startTestVidNest({ users: 5, videos: 10, env: { REDIS_TRENDING_TTL: '3' } })
})

afterAll(() => app.close())

test('trending is loaded again in the background before it goes stale, and read from Redis meanwhile', async () => {
  const early: string[] = []
  app.vidnest.context.caches.values.on('refresh', ({ definition, reason }) => {
    if (reason === 'early') early.push(definition)
  })
  await vi.waitFor(
    async () => {
      const { status, source } = await app.client().ask('/videos/trending?category=music')
      expect([status, source.startsWith('redis')]).toEqual([200, true])
      expect(early).toContain('videos:trending[:category:{category}]')
    },
    { timeout: 25_000, interval: 20 },
  )
})
