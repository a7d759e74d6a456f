import { afterEach, expect, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { closeClusterLabs, connectCluster, openClusterLab } from '../support/cluster-lab.ts'
import { closeAll, connect, testRedisUrl } from '../support/connect.ts'
import type { CrashPoint } from '../support/crash-process.ts'
import { killAll, killAt } from '../support/kill-at.ts'

afterEach(async () => {
  killAll()
  await closeClusterLabs()
  await closeAll()
}, 60_000)

const program = new URL('../support/crash-process.ts', import.meta.url)

const readers: readonly CrashPoint[] = [
  'before noteTags',
  'after noteTags',
  'before acquire',
  'after acquire',
  'before settle',
  'after settle',
]

/** A Cluster of three masters, a process that has the row in its source, and a way to kill another one. */
async function survivors() {
  const lab = await openClusterLab({ masters: 3, replicas: 0, cache: { redisTimeout: '10s' } })
  const source = await connect()
  let loads = 0
  const define = (cache: typeof lab.cache) =>
    cache.define({
      key: 'row:{id}',
      policy: { ttl: '5m' },
      tags: () => ['rows'],
      load: () => {
        loads += 1
        return source.get(`source:${cache.namespace}`)
      },
    })
  /** The same namespace in a process that has not seen the Cluster yet. */
  const another = async (namespace: string) =>
    createCache({ redis: await connectCluster(lab.cluster), namespace, redisTimeout: '10s' })
  const urls = [
    testRedisUrl(),
    ...lab.cluster.nodes.map(({ host, port }) => `redis://${host}:${String(port)}`),
  ]
  const kill = (job: string, point: string, namespace: string): Promise<void> =>
    killAt(program, [urls.join(','), namespace, job, point])
  return { ...lab, source, define, another, kill, loads: () => loads, forget: () => (loads = 0) }
}

test('fault 29: on a Cluster, a reader that is killed at any of its steps leaves nothing that keeps others from a value, or gives them an old one', async () => {
  const { source, define, another, kill, loads, forget } = await survivors()
  for (const [index, point] of readers.entries()) {
    const cache = await another(`readers-${String(index)}-${String(process.pid)}`)
    const row = define(cache)
    await source.set(`source:${cache.namespace}`, 'old', 'EX', 600)
    forget()
    await kill('read', point, cache.namespace)
    expect([point, await row.getOrSet({ id: 1 }), loads()]).toEqual([
      point,
      'old',
      point === 'after settle' ? 0 : 1,
    ])
    await source.set(`source:${cache.namespace}`, 'new', 'EX', 600)
    await cache.invalidate({ tag: 'rows' })
    expect([point, await row.getOrSet({ id: 1 })]).toEqual([point, 'new'])
    await cache.close()
  }
})

test('fault 29: on a Cluster, of a writer that is killed before its invalidation others read the old row, and after it, or under a barrier, the new one', async () => {
  const { source, define, another, kill } = await survivors()
  const points = [
    ['edit', 'before invalidateTags', 'old'],
    ['edit', 'after invalidateTags', 'new'],
    ['guarded edit of a key', 'after the commit', 'new'],
    ['guarded edit', 'after the commit', 'new'],
  ] as const
  for (const [index, [job, point, version]] of points.entries()) {
    const cache = await another(`writers-${String(index)}-${String(process.pid)}`)
    const row = define(cache)
    await source.set(`source:${cache.namespace}`, 'old', 'EX', 600)
    expect(await row.set({ id: 1 }, 'old')).toBe(true)
    await kill(job, point, cache.namespace)
    expect([job, point, await row.getOrSet({ id: 1 })]).toEqual([job, point, version])
    await cache.close()
  }
})
