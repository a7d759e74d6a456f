import { setTimeout as sleep } from 'node:timers/promises'
import { connectIoredis } from '../contestants/connect-ioredis.ts'
import type { Setup, Tier } from '../contestants/contestant.ts'
import { serverNumber } from '../measure/server-figures.ts'
import { idsUpTo, video } from '../payloads.ts'
import { fillMemory } from './fill-memory.ts'
import { countingLoader, fill } from './fill.ts'
import { twoTags } from './two-tags.ts'
import { unlessNoSuchCall, type Bench, type Column, type Sample, type Workload } from './workload.ts'

/** Bytes that an entry takes in Redis. */
async function inRedis(bench: Bench, tags: Setup['tags']): Promise<Sample> {
  const ids = idsUpTo(bench.scale.weighedEntries)
  const admin = await connectIoredis(bench.url)
  await admin.flushall('SYNC')
  const loader = countingLoader(video)
  const subject = await bench.open({
    tier: 'redis',
    load: loader.load,
    ...(tags !== undefined && { tags }),
  })
  await subject.read('first')
  const before = await settledNumber(() => serverNumber(admin, 'memory', 'used_memory'))
  await fill(subject, ids, loader)
  const after = await settledNumber(() => serverNumber(admin, 'memory', 'used_memory'))
  await Promise.all([subject.close(), admin.quit()])
  return { own: [(after - before) / ids.length] }
}

/** Bytes that an entry takes in the heap of the process. */
async function inMemory(bench: Bench, tier: Tier): Promise<Sample> {
  const ids = idsUpTo(bench.scale.weighedEntries)
  const loader = countingLoader(video)
  const admin = await connectIoredis(bench.url)
  const subject = await bench.open({ tier, maxEntries: ids.length * 2, load: loader.load })
  await subject.read('first')
  const before = await settledNumber(heapUsed)
  await fillMemory(subject, ids, { admin, loader })
  const after = await settledNumber(heapUsed)
  await Promise.all([subject.close(), admin.quit()])
  return { own: [(after - before) / ids.length] }
}

function heapUsed(): Promise<number> {
  globalThis.gc?.()
  return Promise.resolve(process.memoryUsage().heapUsed)
}

/** The smallest of a few readings: what is in flight, or not yet released, is not the entries'. */
async function settledNumber(read: () => Promise<number>): Promise<number> {
  let smallest = Number.POSITIVE_INFINITY
  for (let reading = 0; reading < 5; reading += 1) {
    smallest = Math.min(smallest, await read())
    await sleep(50)
  }
  return smallest
}

const bytes: Omit<Column, 'id' | 'title'> = { unit: 'bytes', shown: 'value', better: 'less' }

export const redisWeight: Workload = {
  name: 'weight-redis',
  title: 'Memory by entry in Redis: 100,000 videos of 1,540 bytes',
  about:
    'By INFO; its allocator hands out size classes. What a library adds to keys and values is part of the figure.',
  tiers: ['redis'],
  columns: [
    { id: 'plain', title: 'plain', aim: 1_925, ...bytes },
    { id: 'tagged', title: 'with 2 tags', aim: 1_985, ...bytes },
  ],
  run: async (bench) => {
    const samples: Record<string, Sample> = { plain: await inRedis(bench, undefined) }
    const tagged = await unlessNoSuchCall(() => inRedis(bench, twoTags))
    return tagged === undefined ? samples : { ...samples, tagged }
  },
}

export const memoryWeight: Workload = {
  name: 'weight-memory',
  title: 'Memory by entry in the process: 100,000 videos of 1,540 bytes',
  about: 'By the heap after a full collection, before and after.',
  tiers: ['shared', 'copy'],
  columns: [
    { id: 'copy', title: 'a copy to each reader', aim: 1_800, ...bytes },
    { id: 'shared', title: 'the stored object to all', ...bytes },
  ],
  run: async (bench) => {
    const samples: Record<string, Sample> = {}
    for (const tier of ['copy', 'shared'] as const)
      if (bench.contestant.tiers.includes(tier)) samples[tier] = await inMemory(bench, tier)
    return samples
  },
}
