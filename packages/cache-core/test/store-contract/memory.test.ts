import { describe, expect, test } from 'vitest'
import { storeContract } from '../../src/testing/index.ts'
import { memorySubject } from '../support/store-subjects.ts'

describe('a store in memory', () => {
  test.each(storeContract({ createStore: memorySubject }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
  })
})
