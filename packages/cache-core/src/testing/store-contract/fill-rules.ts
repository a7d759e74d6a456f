import assert from 'node:assert/strict'
import type { Lease } from '../../store/entry-store.ts'
import { leaseMs } from '../../store/lifetimes.ts'
import type { ContractWorld, StoreRule } from './contract-world.ts'

/** What can come between a load and its fill; each resolves to whether it can happen in this store. */
const interferences: Readonly<Record<string, (world: ContractWorld, key: string) => Promise<unknown>>> = {
  'a hard invalidation': (world, key) => world.store.invalidateKeys([key], 'hard'),
  'a soft invalidation': (world, key) => world.store.invalidateKeys([key], 'soft'),
  'a sweep': (world) => world.sweep('*'),
  'a soft sweep': (world) => world.sweep('*', { mode: 'soft' }),
  'a barrier that came and went': async (world, key) => {
    for (const lifeMs of [1000, 0])
      await world.store.bar({ keys: [key], tags: [] }, { writer: 'writer-one--', lifeMs })
  },
  'another writer': async (world, key) => world.settle(await world.lease(key, { intent: 'claim' })),
  'an eviction': (world, key) => world.evict(key),
  'a write by others': (world, key) => world.overwrite(key, 'by hand'),
}

const modes: Readonly<Record<string, (world: ContractWorld, key: string) => Promise<Lease>>> = {
  load: (world, key) => world.lease(key),
  refresh: async (world, key) =>
    world.lease(key, { judged: await world.fill(key, { value: 'old' }), intent: 'refresh' }),
}

const voids: readonly StoreRule[] = Object.entries(modes).flatMap(([mode, begin]) =>
  Object.entries(interferences).map(([name, interfere]) => ({
    name: `rule 4: ${name} during a ${mode} voids whatever it ends in`,
    async check(world) {
      for (const action of ['store', 'remove', 'skip'] as const) {
        const key = world.key(action)
        const lease = await begin(world, key)
        if ((await interfere(world, key)) === false) return
        const before = await world.raw(key)
        assert.equal(await world.settle(lease, { action }), 'void')
        assert.equal(await world.raw(key), before)
      }
    },
  })),
)

/** How a load ends: rules 4, 15 and 16. */
export const fillRules: readonly StoreRule[] = [
  ...voids,
  {
    name: 'rule 4: a load whose lease lapsed stores nothing',
    async check(world) {
      const key = world.key('a')
      const lease = await world.lease(key)
      await world.passTime(leaseMs + 1)
      assert.equal(await world.settle(lease), 'void')
      assert.equal(await world.raw(key), null)
    },
  },
  {
    name: 'rule 4: a lease serves for one end only',
    async check(world) {
      const key = world.key('a')
      const lease = await world.lease(key)
      assert.equal(await world.settle(lease), 'ok')
      const before = await world.raw(key)
      for (const action of ['store', 'remove', 'skip', 'release'] as const)
        assert.equal(await world.settle(lease, { action }), 'void')
      assert.equal(await world.raw(key), before)
    },
  },
  {
    name: 'rule 4: a load that found nothing to keep leaves nothing, not even the value that it was to replace',
    async check(world) {
      const key = world.key('a')
      assert.equal(await world.settle(await world.lease(key), { action: 'remove' }), 'ok')
      assert.equal(await world.raw(key), null)
      const refresh = await modes['refresh']?.(world, key)
      assert.ok(refresh)
      assert.equal(await world.settle(refresh, { action: 'remove' }), 'ok')
      assert.equal(await world.raw(key), null)
    },
  },
  ...(['skip', 'release'] as const).map((action) => ({
    name: `rule 4: after a load that ends in ${action} the slot is as it was before`,
    async check(world: ContractWorld) {
      const key = world.key('a')
      assert.equal(await world.settle(await world.lease(key), { action }), 'ok')
      assert.equal(await world.raw(key), null)
      const judged = await world.fill(key)
      const before = await world.raw(key)
      const refresh = await world.lease(key, { judged, intent: 'refresh' })
      assert.equal(await world.settle(refresh, { action }), 'ok')
      assert.equal(await world.raw(key), before)
    },
  })),
  {
    name: 'rule 15: of two writers that overlap, the later one stores and the earlier one hears that it did not',
    async check(world) {
      const key = world.key('a')
      await world.fill(key)
      const first = await world.lease(key, { intent: 'claim' })
      const second = await world.lease(key, { intent: 'claim' })
      const slot = world.text(second, 'second')
      assert.equal(await world.settle(second, { slot }), 'ok')
      assert.equal(await world.settle(first), 'void')
      assert.equal(await world.raw(key), slot)
    },
  },
  {
    name: 'rule 15: a writer takes the slot from whoever loads',
    async check(world) {
      const key = world.key('a')
      const loading = await world.lease(key)
      const writing = await world.lease(key, { intent: 'claim' })
      assert.equal(await world.settle(loading), 'void')
      assert.equal(await world.settle(writing), 'ok')
    },
  },
  {
    name: 'rule 16: what was begun under another epoch is not stored',
    async check(world) {
      const key = world.key('a')
      const lease = await world.lease(key)
      assert.equal(lease.epoch, world.store.epoch)
      assert.equal(lease.epoch.length, 8)
      assert.equal(await world.settle({ ...lease, epoch: 'passed--' }, { tags: ['t'] }), 'void')
      assert.equal(await world.raw(key), null)
    },
  },
]
