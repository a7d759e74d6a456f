import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createChaos, storeContract, type Chaos, type StoreUnderTest } from '../../src/testing/index.ts'
import { closeAll, connect } from '../support/connect.ts'
import { redisSubject } from '../support/store-subjects.ts'

let redis: Redis

beforeAll(async () => {
  redis = await connect()
})
afterAll(closeAll)

describe('a store on a server whose connection breaks and loses replies', () => {
  const seen: Chaos[] = []
  const createStore = (): StoreUnderTest => {
    const chaos = createChaos({ seed: 5 })
    chaos.inject({ errors: 0.1, lostReplies: 0.02, latency: ['1ms', '3ms'] })
    seen.push(chaos)
    return redisSubject(chaos.redis(redis), { plain: redis, redisTimeout: '50ms' })
  }

  test.each(storeContract({ createStore, mayFail: true }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
    const { errors = 0, lostReplies = 0 } = seen.at(-1)?.counts ?? {}
    expect(Math.min(errors, lostReplies)).toBeGreaterThan(0)
  })
})
