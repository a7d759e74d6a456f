import { describe, expect, test } from 'vitest'
import { MemoryStore } from '../../src/memory-store/memory-store.ts'
import { resolveMemoryLimits } from '../../src/memory/memory-limits.ts'
import { createChaos, storeContract, type Chaos, type StoreUnderTest } from '../../src/testing/index.ts'
import { EagerClock } from '../support/eager-clock.ts'

function subjectIn(trouble: Parameters<Chaos['inject']>[0], seen: Chaos[] = []): StoreUnderTest {
  const clock = new EagerClock()
  const store = new MemoryStore({ limits: resolveMemoryLimits({}), now: () => clock.epochMs() })
  const chaos = createChaos({ seed: 5, clock })
  chaos.inject(trouble)
  seen.push(chaos)
  return { store: chaos.store(store), prefix: 'contract:', passTime: (ms) => clock.advance(`${ms}ms`) }
}

describe('a store that is slow, now more, now less', () => {
  test.each(storeContract({ createStore: () => subjectIn({ latency: ['1ms', '20ms'] }) }))(
    '$name',
    async ({ run }) => {
      await expect(run()).resolves.toBeUndefined()
    },
  )
})

const trouble = {
  latency: ['1ms', '20ms'],
  errors: 0.1,
  hangs: 0.03,
  lostReplies: 0.07,
  partials: 0.05,
} as const

describe('a store whose calls fail in every way', () => {
  const seen: Chaos[] = []
  const createStore = (): StoreUnderTest => subjectIn(trouble, seen)

  test.each(storeContract({ createStore, mayFail: true }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined()
    const counts = seen.at(-1)?.counts
    expect(Object.entries(counts ?? {}).filter(([, count]) => count < 10)).toEqual([])
  })
})
