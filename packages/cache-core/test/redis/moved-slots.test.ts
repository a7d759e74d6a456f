import { describe, expect, test } from 'vitest'
import type { RedisClusterLike, RedisLike } from '../../src/index.ts'
import { ClusterStore } from '../../src/redis/cluster-store.ts'
import { RedisGate } from '../../src/redis/redis-gate.ts'
import { UnsweptSlots } from '../../src/redis/unswept-slots.ts'
import { CircuitBreaker } from '../../src/resilience/circuit-breaker.ts'
import { KeyNames } from '../../src/store/key-names.ts'
import { systemClock } from '../../src/time/clock.ts'
import { ServerTime } from '../../src/time/server-time.ts'

/** What a master says of itself in CLUSTER NODES after the slots: `3 0-100 [5->-0b]` is its epoch, its slots and its moves. */
type Lines = readonly [a: string, b: string]

const still: Lines = ['1 0-8000', '2 8001-16383']

/** A Cluster of two masters that say of their slots what the list says, question by question; the last answer stays. */
function movingCluster(answers: readonly Lines[]): { cluster: RedisClusterLike; passes: () => number } {
  let scans = 0
  const masters = [0, 1].map((index): RedisLike => {
    let asked = 0
    return {
      status: 'ready',
      options: {},
      call: (command, topic) => {
        if (command === 'CLUSTER' && topic === 'NODES') {
          const [epoch = '', ...slots] = (answers[Math.min(asked, answers.length - 1)]?.[index] ?? '').split(
            ' ',
          )
          asked += 1
          const own = `0${index === 0 ? 'a' : 'b'} 127.0.0.1:1@2 myself,master - 0 0 ${epoch} connected ${slots.join(' ')}`
          return Promise.resolve(`0c 127.0.0.1:3@4 slave 0a 0 0 1 connected\n${own}\n`)
        }
        if (index === 0) scans += 1
        return Promise.resolve(['0', []])
      },
      pipeline: () => ({ exec: () => Promise.resolve([]) }),
      on: () => undefined,
      off: () => undefined,
    }
  })
  const cluster = {
    ...(masters[0] as RedisLike),
    isCluster: true,
    slots: [],
    nodes: () => masters,
    refreshSlotsCache: (done?: () => void) => done?.(),
  }
  return { cluster, passes: () => scans }
}

async function sweep(cluster: RedisClusterLike): Promise<void> {
  const gate = new RedisGate({
    client: cluster,
    clock: systemClock,
    breaker: new CircuitBreaker(systemClock),
    timeoutMs: 1000,
    onFailure: () => undefined,
    onRecovery: () => undefined,
  })
  const parts = {
    gate,
    names: new KeyNames('n', true),
    epoch: { epoch: '00000000', identity: '', trust: () => undefined, observe: () => undefined },
    clock: systemClock,
    time: new ServerTime(systemClock),
  }
  const pages = new ClusterStore(parts, cluster).sweep('n:*', { wanted: () => true, mode: 'hard' })
  for await (const page of pages) expect(page.removed).toBe(0)
}

describe('rule 13: a sweep over a Cluster', () => {
  test.each([
    ['stay where they are', 1, [still]],
    ['changed their master meanwhile', 2, [still, ['1 0-8000', '3 8001-16383']]],
    [
      'changed their master, and others did so in the second pass',
      2,
      [still, ['1 0-7000', '2 7001-16383'], ['1 0-6000', '2 6001-16383']],
    ],
    ['went to another master and came back', 2, [still, ['3 0-8000', '2 8001-16383']]],
    ['are on their way all the while', 2, [['1 0-8000 [5->-0b]', '2 8001-16383 [5-<-0a]']]],
    ['set out meanwhile', 3, [still, ['1 0-8000 [5->-0b]', '2 8001-16383 [5-<-0a]']]],
    ['are claimed by nobody for a moment', 3, [still, ['1 0-7000', '2 8001-16383'], still]],
    ['are claimed by two for a moment', 3, [still, ['1 0-8001', '2 8001-16383'], still]],
  ] as const)('whose slots %s takes %i passes', async (_, passes, answers) => {
    const moving = movingCluster(answers)
    await sweep(moving.cluster)
    expect(moving.passes()).toBe(passes)
  })

  test('that slots run away from every time is an error, never a silent success', async () => {
    const restless = movingCluster(
      Array.from({ length: 50 }, (_, epoch): Lines => [`${String(epoch)} 0-8000`, '2 8001-16383']),
    )
    await expect(sweep(restless.cluster)).rejects.toMatchObject({ code: 'E_CACHE_STORE' })
  })
})

test('a slot that is on its way in two passes, but not the same way, is not swept yet', () => {
  const everywhere = (state: string): string[] => Array<string>(16_384).fill(state)
  const unswept = new UnsweptSlots()
  unswept.passed(everywhere('a@1>'), everywhere('a@1>'))
  unswept.passed(everywhere('a@1>'), everywhere('b@2'))
  expect(unswept.size).toBe(16_384)
  unswept.passed(everywhere('b@2>'), everywhere('b@2>'))
  expect(unswept.size).toBe(16_384)
  unswept.passed(everywhere('b@2>'), everywhere('b@2>'))
  expect(unswept.size).toBe(0)
})
