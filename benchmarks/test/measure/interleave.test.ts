import { describe, expect, it } from 'vitest'
import { interleave } from '../../src/measure/interleave.ts'
import { runSlice } from '../../src/measure/slice.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('interleave', () => {
  it('runs a slice of each in every round and lets the other one begin the next', async () => {
    const turns: string[] = []
    const note = (name: string) => async (): Promise<void> => {
      if (turns.at(-1) !== name) turns.push(name)
      await tick()
    }
    const pairs = await interleave(
      { floor: note('floor'), own: note('own') },
      { concurrency: 1, rounds: 3, warmUpMs: 1, ms: 1 },
    )
    expect(pairs.floor).toHaveLength(3)
    expect(pairs.own).toHaveLength(3)
    // Warm-up: floor, own. Rounds: floor own, own floor, floor own; equal neighbours are one entry here.
    expect(turns).toEqual(['floor', 'own', 'floor', 'own', 'floor', 'own'])
  })
})

describe('runSlice', () => {
  it('keeps as many operations under way as it is told to', async () => {
    let underWay = 0
    let most = 0
    const operation = async (): Promise<void> => {
      underWay += 1
      most = Math.max(most, underWay)
      await tick()
      underWay -= 1
    }
    await runSlice(operation, { concurrency: 8, ms: 1 })
    expect(most).toBe(8)
    expect(underWay).toBe(0)
  })

  it('times single operations only when they run one at a time', async () => {
    const alone = await runSlice(tick, { concurrency: 1, ms: 1 })
    const together = await runSlice(tick, { concurrency: 2, ms: 1 })
    expect(alone.p50Us).toBeGreaterThan(0)
    expect(together.p50Us).toBeNaN()
  })

  it('counts every operation of a batch', async () => {
    let operations = 0
    const slice = await runSlice(
      () => {
        operations += 1
        return tick()
      },
      { concurrency: 1, ms: 1, batch: 16 },
    )
    expect(operations % 16).toBe(0)
    expect(slice.opsPerSecond).toBeGreaterThan(0)
  })
})
