import { afterEach, expect, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { batchOf } from '../../src/redis/script-batch.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { KeyNames } from '../../src/store/key-names.ts'
import { closeAll, closeLater, connect, uniqueNamespace } from '../support/connect.ts'
import { countCommands } from '../support/count-commands.ts'

afterEach(closeAll)

const ids = Array.from({ length: 40 }, (_, id) => id)

async function setUp() {
  const redis = await connect()
  const { client, sent } = countCommands(redis)
  const namespace = uniqueNamespace()
  const cache = createCache({ redis: client, namespace, redisTimeout: '2s' })
  closeLater(() => cache.close())
  const loads: number[] = []
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    tags: ({ id }) => [`video:${String(id)}`],
    load: ({ id }) => {
      loads.push(Number(id))
      return { id }
    },
  })
  await cache.health()
  sent.length = 0
  const scriptRuns = (name: 'acquire' | 'settle'): number =>
    sent.filter(({ args }) => args[0] === scripts[name].sha || args[0] === batchOf(scripts[name]).sha).length
  return { redis, sent, cache, video, loads, namespace, scriptRuns }
}

test('misses of one tick take their leases, and store, with few commands', async () => {
  const { cache, video, loads, scriptRuns } = await setUp()
  const values = await Promise.all(ids.map((id) => video.getOrSet({ id })))
  expect(values).toEqual(ids.map((id) => ({ id })))
  expect(loads.toSorted((a, b) => a - b)).toEqual(ids)
  expect(await video.getMany(ids.map((id) => ({ id })))).toEqual(values)
  expect(cache.stats()).toMatchObject({ fills: ids.length, fillsDiscarded: 0 })
  // A server that does not know the script yet is asked twice.
  expect(scriptRuns('acquire')).toBeLessThan(10)
  expect(scriptRuns('settle')).toBeLessThan(10)
})

test('a call that fails among others fails alone', async () => {
  const { redis, cache, video, loads, namespace } = await setUp()
  const failures: unknown[] = []
  cache.on('storeError', (event) => failures.push(event))
  await redis.lpush(new KeyNames(namespace, false).marker('video:7'), 'no marker')
  const values = await Promise.all(ids.map((id) => video.getOrSet({ id })))
  expect(values).toEqual(ids.map((id) => ({ id })))
  loads.length = 0
  await Promise.all(ids.map((id) => video.getOrSet({ id })))
  expect(loads).toEqual([7])
  expect(failures.length).toBeGreaterThan(0)
})

test('what was just loaded is found by the next read, although nobody waits for its fill', async () => {
  const { video } = await setUp()
  for (const id of ids) {
    await video.getOrSet({ id })
    expect(await video.get({ id })).toEqual({ id })
  }
})

test('many reads of one tick overlap in pages, and equal ones are asked once', async () => {
  const { video, sent } = await setUp()
  await Promise.all(ids.map((id) => video.getOrSet({ id })))
  await video.getMany(ids.map((id) => ({ id })))
  sent.length = 0
  await Promise.all(ids.flatMap((id) => [video.get({ id }), video.get({ id })]))
  const reads = sent.filter(({ command }) => command === 'MGET')
  expect(reads.length).toBeGreaterThan(1)
  expect(reads.length).toBeLessThan(6)
  const names = reads.flatMap(({ args }) => args.map(String))
  expect(new Set(names).size).toBe(names.length)
  expect(names).toHaveLength(2 * ids.length)
})
