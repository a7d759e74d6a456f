import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { storeContract } from '../../src/testing/index.ts'
import { closeAll, connect } from '../support/connect.ts'
import { redisSubject } from '../support/store-subjects.ts'

let redis: Redis

beforeAll(async () => {
  redis = await connect()
})
afterAll(closeAll)

describe('a store on one server', () => {
  test.each(storeContract({ createStore: () => redisSubject(redis) }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })
})
