import { afterEach, expect, it, vi } from 'vitest'
import { useMongo } from '../../src/shared/use-mongo.ts'
import { useRedis } from '../../src/shared/use-redis.ts'
import { recordSteps } from '../support/recorded-steps.ts'

afterEach(() => void vi.unstubAllEnvs())

it('uses the servers that the environment names, and announces it', async () => {
  vi.stubEnv('REDIS_URL', 'redis://10.0.0.1:6379')
  vi.stubEnv('MONGODB_URI', 'mongodb://10.0.0.1')
  vi.stubEnv('VIDNEST_REDIS', '')
  const { steps, report } = recordSteps()

  expect((await useRedis(report)).url).toBe('redis://10.0.0.1:6379')
  expect((await useMongo(report)).uri).toBe('mongodb://10.0.0.1')
  expect(steps).toEqual(['Redis | REDIS_URL | done', 'MongoDB | MONGODB_URI | done'])
})

it('refuses a kind of server that it does not know, before it starts anything', async () => {
  vi.stubEnv('VIDNEST_REDIS', 'redis-5')

  await expect(useRedis()).rejects.toThrow('VIDNEST_REDIS is "redis-5"; it takes redis-6.2, redis or valkey.')
})
