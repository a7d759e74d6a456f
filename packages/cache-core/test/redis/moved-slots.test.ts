import { expect, test } from 'vitest'
import type { RedisClusterLike, RedisLike } from '../../src/index.ts'
import { ClusterStore } from '../../src/redis/cluster-store.ts'
import { RedisGate } from '../../src/redis/redis-gate.ts'
import { CircuitBreaker } from '../../src/resilience/circuit-breaker.ts'
import { KeyNames } from '../../src/store/key-names.ts'
import { systemClock } from '../../src/time/clock.ts'
import { ServerTime } from '../../src/time/server-time.ts'

/** A Cluster of one master that tells of other owners of its slots each time, as often as the list says. */
function movingCluster(owners: readonly string[]): { cluster: RedisClusterLike; scans: () => number } {
  let asked = 0
  let scans = 0
  const node: RedisLike = {
    status: 'ready',
    options: {},
    call: (command) => {
      if (command === 'CLUSTER') {
        const owner = owners[Math.min(asked, owners.length - 1)] ?? ''
        asked += 1
        return Promise.resolve([[0, 16_383, [owner, 6379, `id-of-${owner}`]]])
      }
      scans += 1
      return Promise.resolve(['0', []])
    },
    pipeline: () => ({ exec: () => Promise.resolve([]) }),
    on: () => undefined,
    off: () => undefined,
  }
  const cluster = {
    ...node,
    isCluster: true,
    slots: [],
    nodes: () => [node],
    refreshSlotsCache: (done?: () => void) => done?.(),
  }
  return { cluster, scans: () => scans }
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
    epoch: { epoch: 'epoch-01', identity: 'epoch-01 a', trust: () => undefined, observe: () => undefined },
    clock: systemClock,
    time: new ServerTime(systemClock),
  }
  const pages = new ClusterStore(parts, cluster).sweep('n:*', { wanted: () => true, mode: 'hard' })
  for await (const page of pages) expect(page.removed).toBe(0)
}

test('rule 13: slots that changed their master during a sweep are swept again', async () => {
  const still = movingCluster(['a'])
  await sweep(still.cluster)
  expect(still.scans()).toBe(1)
  const moved = movingCluster(['a', 'b', 'b'])
  await sweep(moved.cluster)
  expect(moved.scans()).toBe(2)
})

test('rule 13: a sweep that slots run away from every time is an error, never a silent success', async () => {
  const restless = movingCluster(Array.from({ length: 50 }, (_, index) => String(index)))
  await expect(sweep(restless.cluster)).rejects.toMatchObject({ code: 'E_CACHE_STORE' })
})
