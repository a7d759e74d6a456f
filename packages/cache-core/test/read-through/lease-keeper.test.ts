import { expect, test } from 'vitest'
import { keepLease } from '../../src/read-through/lease-keeper.ts'
import type { Lease } from '../../src/store/entry-store.ts'
import { ManualClock } from '../../src/testing/index.ts'

const lease = {} as Lease

/** A lease that is kept for a load of five minutes; `answer` is what the store says of each renewal. */
async function keptFor(hardTimeoutMs: number, answer: () => Promise<boolean>) {
  const clock = new ManualClock()
  const renewedAt: number[] = []
  const startedAt = clock.now()
  const renew = (): Promise<boolean> => {
    renewedAt.push(clock.now() - startedAt)
    return answer()
  }
  keepLease({ renew }, lease, { clock, hardTimeoutMs })
  await clock.advanceAsync('5m')
  return { renewedAt, pending: clock.pendingTimers }
}

const seconds = (count: number): number[] => Array.from({ length: count }, (_, index) => (index + 1) * 1000)

test.each([
  ['a loader without hardTimeout', 0, 60],
  ['a loader that may run longer', 120_000, 60],
  ['a loader that may run for five seconds', 5000, 5],
])(
  'rule 5: the lease of %s is renewed each second, and not after its time',
  async (_, hardTimeoutMs, times) => {
    const stands = await keptFor(hardTimeoutMs, () => Promise.resolve(true))
    expect(stands).toEqual({ renewedAt: seconds(times), pending: 0 })
    const unanswered = await keptFor(hardTimeoutMs, () => Promise.reject(new Error('no answer')))
    expect(unanswered).toEqual({ renewedAt: seconds(times), pending: 0 })
  },
)

test('rule 5: a lease that is gone is not asked for again', async () => {
  expect(await keptFor(0, () => Promise.resolve(false))).toEqual({ renewedAt: [1000], pending: 0 })
})
