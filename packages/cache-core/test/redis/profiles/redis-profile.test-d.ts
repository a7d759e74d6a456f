import { Cluster, Redis } from 'ioredis'
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5'
import { expectTypeOf, test } from 'vitest'
import {
  createCache,
  redisProfile,
  type RedisClusterProfile,
  type RedisProfile,
  type RedisSentinelProfile,
} from '../../../src/index.ts'

const nodes = [{ host: 'a' }, { host: 'b' }, { host: 'c' }]
const sentinels = [{ host: 'a', port: 26_379 }]

test('profiles are options of ioredis 6', () => {
  const redis = new Redis({ ...redisProfile('cache'), host: 'a' })
  new Redis({ ...redisProfile('counter'), port: 6380 })
  new Redis({ ...redisProfile('session'), tls: {} })
  new Redis(redisProfile('subscriber'))
  new Redis('rediss://a', redisProfile('cache'))
  new Redis({ ...redisProfile('sentinel'), sentinels, name: 'main' })
  const cluster = new Cluster(nodes, redisProfile('cluster'))
  new Cluster(nodes, { ...redisProfile('cluster'), scaleReads: 'master' })
  expectTypeOf(createCache).toBeCallableWith({ redis, namespace: 'n' })
  expectTypeOf(createCache).toBeCallableWith({ redis: cluster, namespace: 'n' })
})

test('profiles are options of ioredis 5', () => {
  new Redis5({ ...redisProfile('cache'), host: 'a' })
  new Redis5({ ...redisProfile('counter'), port: 6380 })
  new Redis5({ ...redisProfile('session'), tls: {} })
  new Redis5(redisProfile('subscriber'))
  new Redis5({ ...redisProfile('sentinel'), sentinels, name: 'main' })
  new Cluster5(nodes, redisProfile('cluster'))
})

test('the name decides the type', () => {
  expectTypeOf(redisProfile('cache')).toEqualTypeOf<RedisProfile>()
  expectTypeOf(redisProfile('sentinel')).toEqualTypeOf<RedisSentinelProfile>()
  expectTypeOf(redisProfile('cluster')).toEqualTypeOf<RedisClusterProfile>()
  // @ts-expect-error no such profile
  redisProfile('queue')
})
