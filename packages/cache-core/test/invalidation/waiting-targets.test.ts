import { expect, test } from 'vitest'
import type { Plan } from '../../src/invalidation/plan.ts'
import { WaitingTargets } from '../../src/invalidation/waiting-targets.ts'

const nothing: Plan = { keys: [], tags: [], sweeps: [], mode: 'hard', holdMs: 0 }

function plan(targets: Partial<Plan>): Plan {
  return { ...nothing, ...targets }
}

/** Does all that can be done now, as a replay would. */
function doAll(waiting: WaitingTargets, now: number): void {
  const { mark } = waiting
  for (const step of waiting.steps(now)) waiting.done(step, mark)
}

test('rule 23: equal targets wait once, and steps leave nothing out', () => {
  const waiting = new WaitingTargets()
  const matching = { pattern: 'c:*', matches: () => true }
  waiting.add(plan({ keys: ['a', 'b'], tags: ['t'], sweeps: [{ pattern: 'x:*' }, matching] }), 0)
  waiting.add(plan({ keys: ['a'], tags: ['t'], sweeps: [{ pattern: 'x:*' }, matching, 'all'] }), 0)
  expect(waiting.size).toBe(6)
  expect(waiting.describe()).toBe('2 keys, 1 tag, 3 sweeps')
  expect(waiting.steps(0)).toEqual([
    plan({ keys: ['a', 'b'] }),
    plan({ tags: ['t'] }),
    plan({ sweeps: [{ pattern: 'x:*' }] }),
    plan({ sweeps: [matching] }),
    plan({ sweeps: ['all'] }),
  ])
  doAll(waiting, 0)
  expect([waiting.size, waiting.steps(0)]).toEqual([0, []])
})

test('rule 23: what is asked for again while it is being done stays, since its second cause came later', () => {
  const waiting = new WaitingTargets()
  waiting.add(plan({ keys: ['a', 'b'], sweeps: ['all'] }), 0)
  const { mark } = waiting
  const steps = waiting.steps(0)
  waiting.add(plan({ keys: ['a'], sweeps: ['all'] }), 0)
  for (const step of steps) waiting.done(step, mark)
  expect(waiting.steps(0)).toEqual([plan({ keys: ['a'] }), plan({ sweeps: ['all'] })])
})

test('rule 23: more targets than fit become one sweep, also when they come while others are being done', () => {
  const waiting = new WaitingTargets(3)
  waiting.add(plan({ keys: ['a', 'b'], tags: ['t'] }), 0)
  expect(waiting.size).toBe(3)
  const { mark } = waiting
  const steps = waiting.steps(0)
  waiting.add(plan({ keys: ['c'] }), 0)
  for (const step of steps) waiting.done(step, mark)
  expect(waiting.steps(0)).toEqual([plan({ sweeps: ['all'] })])
  waiting.add(plan({ keys: ['d'] }), 0)
  expect(waiting.size).toBe(2)
})

test('a soft invalidation that had to wait is a hard one', () => {
  const waiting = new WaitingTargets()
  waiting.add(plan({ keys: ['a'], mode: 'soft' }), 0)
  expect(waiting.steps(0)).toEqual([plan({ keys: ['a'], mode: 'hard' })])
})

test('rule 17: of a hold that had to wait only the rest is left, the longest for each target', () => {
  const waiting = new WaitingTargets()
  waiting.add(plan({ keys: ['a'], holdMs: 60_000 }), 1000)
  waiting.add(plan({ keys: ['a'], tags: ['t'], holdMs: 10_000 }), 2000)
  waiting.add(plan({ keys: ['b'] }), 2000)
  expect(waiting.steps(3000)).toEqual([
    plan({ keys: ['b'] }),
    plan({ keys: ['a'], tags: ['t'], holdMs: 58_000 }),
  ])
  expect(waiting.steps(20_000)).toEqual([
    plan({ keys: ['b'] }),
    plan({ tags: ['t'] }),
    plan({ keys: ['a'], holdMs: 41_000 }),
  ])
  expect(waiting.steps(61_000)).toEqual([plan({ keys: ['a', 'b'] }), plan({ tags: ['t'] })])
})

test('rule 17: holds that no longer fit put the sweep off until they have ended', () => {
  const waiting = new WaitingTargets(2)
  waiting.add(plan({ keys: ['a', 'b'], holdMs: 60_000 }), 0)
  waiting.add(plan({ keys: ['c'] }), 0)
  expect(waiting.steps(59_999)).toEqual([])
  doAll(waiting, 59_999)
  expect(waiting.size).toBe(1)
  expect(waiting.steps(60_000)).toEqual([plan({ sweeps: ['all'] })])
})
