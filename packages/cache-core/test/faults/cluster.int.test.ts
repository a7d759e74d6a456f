import type { RedisServer } from '@vidnest/services'
import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import type { Cache, Definition, KeyValue } from '../../src/index.ts'
import { keySlot } from '../../src/redis/key-slot.ts'
import { expectWithin, Stopwatch } from '../support/bounds.ts'
import { closeClusterLabs, openClusterLab, type ClusterLab } from '../support/cluster-lab.ts'
import { settled } from '../support/fault-lab.ts'
import { eventually as eventuallyWithin } from '../support/eventually.ts'

afterEach(closeClusterLabs, 60_000)

type Items = Definition<{ readonly id: KeyValue }, string>

function defineItems(cache: Cache, load: () => string): Items {
  return cache.define({ key: 'item:{id}', policy: { ttl: '5m' }, load })
}

const ids = Array.from({ length: 60 }, (_, id) => id)

/** How many of the entries are hits. */
async function hits(items: Items, of: readonly number[]): Promise<number> {
  const values = await Promise.all(of.map((id) => items.get({ id })))
  return values.filter((value) => value !== undefined).length
}

/** A failover takes seconds, and more on a busy machine. */
const eventually = <Result>(assertion: () => Result | Promise<Result>): Promise<Result> =>
  eventuallyWithin(assertion, 60_000)

async function expectAllStored(items: Items): Promise<void> {
  await eventually(async () => {
    await Promise.all(ids.map((id) => items.getOrSet({ id })))
    expect(await hits(items, ids)).toBe(ids.length)
  })
}

/** A shard that does not hold the namespace's generation, and the entries that it holds. */
function pickVictim({ cluster, cache, masterOf }: ClusterLab) {
  const generation = masterOf(`{${cache.namespace}:~}generation`)
  const shard = cluster.shards.find(({ master }) => `127.0.0.1:${String(master.port)}` !== generation)
  if (shard === undefined) throw new Error('one master holds everything')
  const address = `127.0.0.1:${String(shard.master.port)}`
  const mine = ids.filter((id) => masterOf(`${cache.namespace}:item:${String(id)}`) === address)
  return { shard, mine, others: ids.filter((id) => !mine.includes(id)) }
}

const nodeTimeoutMs = 5000
const slowToFail = ['--cluster-node-timeout', String(nodeTimeoutMs), '--cluster-require-full-coverage', 'no']

test.each([
  ['25', 'killed', (master: RedisServer) => master.kill(), () => Promise.resolve()],
  ['26', 'frozen', (master: RedisServer) => master.pause(), (master: RedisServer) => master.resume()],
] as const)(
  'fault %s: when a master of a Cluster is %s, the other slots stay hits, its own are written again after the failover, and nothing older than it is trusted',
  async (_row, _fault, stop, goOn) => {
    const lab = await openClusterLab({ masters: 3, replicas: 1, args: slowToFail })
    const epochs: boolean[] = []
    lab.cache.on('epoch', ({ kept }) => epochs.push(kept))
    let version = 'old'
    const items = defineItems(lab.cache, () => version)
    await expectAllStored(items)
    const { shard, mine, others } = pickVictim(lab)
    expect(mine.length).toBeGreaterThan(0)
    const stopwatch = new Stopwatch()
    const end = stopwatch.start()
    await stop(shard.master)
    await eventually(async () => {
      expect([await hits(items, others), await hits(items, mine)]).toEqual([others.length, 0])
    })
    version = 'new'
    const reads = await settled(mine.map((id) => items.getOrSet({ id })))
    expect(new Set(reads.map((read) => (read as PromiseFulfilledResult<unknown>).value))).toEqual(
      new Set(['new']),
    )

    await eventually(async () => {
      expect(await items.set({ id: mine[0] ?? 0 }, 'new')).toBe(true)
    })
    await expectWithin(end(), nodeTimeoutMs + 4000, 'writes on the promoted master')
    await stopwatch.stop()
    await eventually(async () => {
      await hits(items, mine)
      expect(epochs).toContain(false)
    })
    await eventually(async () => {
      expect(new Set(await Promise.all(ids.map((id) => items.getOrSet({ id }))))).toEqual(new Set(['new']))
      expect(await hits(items, ids)).toBe(ids.length)
    })
    await goOn(shard.master)
    expect(new Set(await Promise.all(ids.map((id) => items.getOrSet({ id }))))).toEqual(new Set(['new']))
    await lab.expectClean()
  },
  180_000,
)

/** Moves a slot with its keys to another master, as `valkey-cli --cluster reshard` does, in small steps. */
async function moveSlot(slot: number, [from, to]: readonly [RedisServer, RedisServer]): Promise<void> {
  const [source, target] = [new Redis(from.url), new Redis(to.url)]
  try {
    const [fromId, toId] = [await source.cluster('MYID'), await target.cluster('MYID')]
    await target.cluster('SETSLOT', slot, 'IMPORTING', String(fromId))
    await source.cluster('SETSLOT', slot, 'MIGRATING', String(toId))
    for (;;) {
      const keys = (await source.call('CLUSTER', 'GETKEYSINSLOT', slot, 1)) as string[]
      if (keys.length === 0) break
      await source.call('MIGRATE', to.host, to.port, '', 0, 5000, 'KEYS', ...keys)
    }
    await target.cluster('SETSLOT', slot, 'NODE', String(toId))
    await source.cluster('SETSLOT', slot, 'NODE', String(toId))
  } finally {
    source.disconnect()
    target.disconnect()
  }
}

test('fault 27: while slots move to another master and back, no call fails, and no read is older than what was acknowledged', async () => {
  const patient = { commandTimeout: 20_000, socketTimeout: 20_000, connectTimeout: 20_000 }
  const lab = await openClusterLab({ masters: 3, cache: { redisTimeout: '10s' }, connection: patient })
  const { cluster, cache } = lab
  const acknowledged = new Map<number, number>()
  const row = { version: 1 }
  const item = cache.define({
    key: 'item:{id}',
    policy: { ttl: '5m' },
    load: async ({ id }) => {
      const { version } = row
      await Promise.resolve()
      return { id: Number(id), version }
    },
  })
  const names = ids.map((id) => `${cache.namespace}:item:${String(id)}`)
  const [first, second] = cluster.shards.map(({ master }) => master)
  if (first === undefined || second === undefined) throw new Error('there are three masters')
  const slots = [...new Set(names.map(keySlot))].filter(
    (slot) => lab.client.slots[slot]?.[0] === `127.0.0.1:${String(first.port)}`,
  )
  expect(slots.length).toBeGreaterThan(3)
  let moving = true
  let stale = 0
  const readers = ids.map(async (id) => {
    while (moving) {
      const floor = acknowledged.get(id) ?? 0
      if ((await item.getOrSet({ id })).version < floor) stale += 1
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  })
  const targets = [
    (some: readonly number[]) => some.map((id) => item.target({ id })),
    () => [{ pattern: 'item:*' }],
    () => ['all' as const],
  ]
  const writer = async (): Promise<void> => {
    for (let turn = 0; moving; turn += 1) {
      const version = (row.version += 1)
      const some = turn % 3 === 0 ? ids.filter((id) => id % 2 === turn % 2) : ids
      const target = targets[turn % targets.length]
      if (target !== undefined) await cache.invalidate(target(some))
      for (const id of some) acknowledged.set(id, version)
    }
  }
  const move = async (): Promise<void> => {
    for (const slot of slots) await moveSlot(slot, [first, second])
    for (const slot of slots) await moveSlot(slot, [second, first])
    moving = false
  }
  const outcome = await Promise.allSettled([move(), writer(), ...readers])
  expect(outcome.filter(({ status }) => status === 'rejected')).toEqual([])
  expect(stale).toBe(0)
  expect(cache.stats()).toMatchObject({ invalidationsFailed: 0 })
  expect(cache.stats().hits).toBeGreaterThan(0)
  await lab.expectClean()
}, 120_000)

test('fault 27: when the master that a slot moves to freezes meanwhile, calls end, and so does nothing else', async () => {
  const lab = await openClusterLab({ masters: 3 })
  const { cluster, cache, masterOf } = lab
  const items = defineItems(cache, () => 'new')
  await expectAllStored(items)
  const generation = masterOf(`{${cache.namespace}:~}generation`)
  const away = cluster.servers.find(({ port }) => !generation.endsWith(`:${String(port)}`))
  const home = cluster.servers.find(({ port }) => generation.endsWith(`:${String(port)}`))
  if (away === undefined || home === undefined) throw new Error('there are three masters')
  const mine = Array.from({ length: 1000 }, (_, id) => id + 1000).find((id) => {
    return masterOf(`${cache.namespace}:item:${String(id)}`) === generation
  })
  const slot = keySlot(`${cache.namespace}:item:${String(mine)}`)
  const [source, target] = [new Redis(home.url), new Redis(away.url)]
  await target.cluster('SETSLOT', slot, 'IMPORTING', String(await source.cluster('MYID')))
  await source.cluster('SETSLOT', slot, 'MIGRATING', String(await target.cluster('MYID')))
  await away.pause()
  for (let read = 0; read < 5; read += 1) {
    expect(await settled([items.getOrSet({ id: mine ?? 0 })])).toEqual([
      { status: 'fulfilled', value: 'new' },
    ])
  }
  await away.resume()
  source.disconnect()
  target.disconnect()
  // No unhandled rejection either, as the one of ASKING would be.
  await lab.expectClean()
}, 120_000)
