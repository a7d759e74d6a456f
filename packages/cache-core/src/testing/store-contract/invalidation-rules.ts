import assert from 'node:assert/strict'
import type { ValueSlot } from '../../envelope/slot.ts'
import type { StoreRule } from './contract-world.ts'

/** Invalidations of keys: rule 12. */
export const invalidationRules: readonly StoreRule[] = [
  {
    name: 'rule 12: a hard invalidation removes values and leases, and tells how many were there',
    async check(world) {
      const [value, lease, nothing, other] = ['value', 'lease', 'nothing', 'other'].map((name) =>
        world.key(name),
      ) as [string, string, string, string]
      await world.fill(value)
      await world.lease(lease)
      await world.fill(other)
      assert.equal(await world.store.invalidateKeys([value, lease, nothing], 'hard'), 2)
      for (const key of [value, lease, nothing]) assert.equal(await world.raw(key), null)
      assert.equal(await world.look(other), 'usable')
      assert.equal(await world.store.invalidateKeys([value], 'hard'), 0)
    },
  },
  {
    name: 'rule 12: a soft invalidation makes a value stale from now, and keeps all else of it',
    async check(world) {
      const key = world.key('a')
      const token = await world.fill(key, { tags: ['t'] })
      const before = await world.value(key)
      assert.equal(await world.store.invalidateKeys([key, world.key('nothing')], 'soft'), 1)
      assert.equal(await world.look(key, ['t']), 'stale')
      const after = await world.value(key)
      assert.ok(after.freshUntil < before.freshUntil, 'it stops being fresh')
      assert.deepEqual(kept(after), kept(before))
      assert.equal(after.refreshToken, '')
      assert.notEqual(after.token, token, 'what was judged by the old token is void')
    },
  },
  {
    name: 'rule 12: a value that is stale already does not grow younger by a soft invalidation',
    async check(world) {
      const key = world.key('a')
      await world.fill(key)
      await world.store.invalidateKeys([key], 'soft')
      const { freshUntil } = await world.value(key)
      await world.passTime(60_000)
      await world.store.invalidateKeys([key], 'soft')
      assert.ok((await world.value(key)).freshUntil <= freshUntil)
    },
  },
  {
    name: 'rule 12: a soft invalidation removes a lease, since its load may have read what is old',
    async check(world) {
      const key = world.key('a')
      await world.lease(key)
      assert.equal(await world.store.invalidateKeys([key], 'soft'), 1)
      assert.equal(await world.raw(key), null)
    },
  },
  {
    name: 'rule 12: after an invalidation a load that begins anew is stored',
    async check(world) {
      const key = world.key('a')
      const overtaken = await world.lease(key)
      await world.store.invalidateKeys([key], 'hard')
      const lease = await world.lease(key)
      assert.equal(await world.settle(overtaken), 'void')
      assert.equal(await world.settle(lease), 'ok')
      assert.equal(await world.look(key), 'usable')
    },
  },
]

/** What a soft invalidation leaves as it is. */
function kept({ generation, epoch, loadedAt, loadCostMs, version, codec, flags, tags, payload }: ValueSlot) {
  return { generation, epoch, loadedAt, loadCostMs, version, codec, flags, tags, payload }
}
