import { expect, test, vi } from 'vitest'
import { createCache, type WarmEntry } from '../src/index.ts'
import { createGate } from './support/gate.ts'

/** Entries that wait at a gate each, and how many have begun. */
function waitingEntries(count: number) {
  const gates = Array.from({ length: count }, () => createGate())
  const begun = vi.fn()
  const entries = gates.map((gate): WarmEntry => () => {
    begun()
    return gate.pass()
  })
  return { gates, begun, entries }
}

test.each([
  [undefined, 4],
  [2, 2],
])(
  'with a concurrency of %s, %i entries run at once, and each that ends lets the next one begin',
  async (concurrency, most) => {
    const cache = createCache({ namespace: 'warm' })
    const { gates, begun, entries } = waitingEntries(6)
    const warming = cache.warm(entries, concurrency === undefined ? {} : { concurrency })
    expect(begun).toHaveBeenCalledTimes(most)
    gates[0]?.open()
    await vi.waitFor(() => expect(begun).toHaveBeenCalledTimes(most + 1))
    for (const gate of gates) gate.open()
    expect(await warming).toEqual({ loaded: 6, failed: 0 })
  },
)
