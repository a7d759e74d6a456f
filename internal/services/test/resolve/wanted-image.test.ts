import { afterEach, expect, test, vi } from 'vitest'
import { mongoResolvers } from '../../src/mongo/mongo-resolvers.ts'
import { connectedRedisBinary, defaultRedisResolvers } from '../../src/redis/redis-resolvers.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('an image that is asked for is the only way, so that no other server is tested in its place', () => {
  vi.stubEnv('VIDNEST_REDIS_IMAGE', 'redis:8-alpine')
  vi.stubEnv('VIDNEST_MONGO_IMAGE', 'mongo:8')
  expect(defaultRedisResolvers().map(({ title }) => title)).toEqual(['container redis:8-alpine'])
  expect(mongoResolvers().map(({ title }) => title)).toEqual(['container mongo:8'])
  expect(connectedRedisBinary(undefined)).toBe('valkey')
})

test('without one there are several ways', () => {
  vi.stubEnv('VIDNEST_REDIS_IMAGE', '')
  vi.stubEnv('VIDNEST_MONGO_IMAGE', '')
  vi.stubEnv('VIDNEST_REDIS', '')
  expect(defaultRedisResolvers().length).toBeGreaterThan(1)
  expect(mongoResolvers().length).toBeGreaterThan(1)
  expect(connectedRedisBinary(undefined)).toBe('default')
})
