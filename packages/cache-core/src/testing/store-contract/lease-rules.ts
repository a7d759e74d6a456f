import assert from 'node:assert/strict'
import { leaseMs } from '../../store/lifetimes.ts'
import type { StoreRule } from './contract-world.ts'

/** Who may load: rules 3, 5 and 6. */
export const leaseRules: readonly StoreRule[] = [
  {
    name: 'rule 3: of many who ask at once one gets the lease, and the others hear whose it is',
    async check(world) {
      const key = world.key('a')
      const results = await Promise.all(Array.from({ length: 20 }, () => world.acquire(key)))
      const leased = results.flatMap((result) => (result.outcome === 'leased' ? [result.lease.token] : []))
      assert.equal(leased.length, 1)
      const others = results.filter((result) => result.outcome !== 'leased')
      assert.deepEqual(
        others,
        others.map(() => ({ outcome: 'held', token: leased[0] })),
      )
    },
  },
  {
    name: 'rule 3: a lease that was judged to be in vain is taken over, and its own fill is void',
    async check(world) {
      const key = world.key('a')
      const doomed = await world.lease(key)
      const taken = await world.lease(key, { judged: doomed.token })
      assert.equal(await world.settle(doomed), 'void')
      assert.equal(await world.look(key), 'lease')
      assert.equal(await world.settle(taken), 'ok')
    },
  },
  {
    name: 'rule 3: a value is loaded again by one at a time',
    async check(world) {
      const key = world.key('a')
      const judged = await world.fill(key)
      const first = await world.lease(key, { judged, intent: 'refresh' })
      const second = await world.acquire(key, { judged, intent: 'refresh' })
      assert.deepEqual(second, { outcome: 'held', token: first.token })
      await world.passTime(leaseMs + 1)
      const third = await world.lease(key, { judged, intent: 'refresh' })
      assert.equal(await world.settle(first), 'void')
      assert.equal(await world.settle(third), 'ok')
    },
  },
  {
    name: 'rule 5: a lease lapses unless it is renewed, and then another caller may load',
    async check(world) {
      const key = world.key('a')
      const lapsed = await world.lease(key)
      await world.passTime(leaseMs / 2)
      assert.equal(await world.store.renew(lapsed), true)
      await world.passTime(leaseMs / 2 + 100)
      assert.equal(await world.look(key), 'lease')
      await world.passTime(leaseMs)
      assert.equal(await world.look(key), 'absent')
      assert.equal(await world.store.renew(lapsed), false)
      const next = await world.lease(key)
      assert.equal(await world.settle(lapsed), 'void')
      assert.equal(await world.settle(next), 'ok')
    },
  },
  {
    name: 'rule 5: the lease of a refresh lapses and is renewed alike',
    async check(world) {
      const key = world.key('a')
      const judged = await world.fill(key)
      const wish = { judged, intent: 'refresh' } as const
      const lease = await world.lease(key, wish)
      await world.passTime(leaseMs / 2)
      assert.equal(await world.store.renew(lease), true)
      await world.passTime(leaseMs / 2 + 100)
      assert.deepEqual(await world.acquire(key, wish), { outcome: 'held', token: lease.token })
      await world.passTime(leaseMs)
      await world.lease(key, wish)
      assert.equal(await world.store.renew(lease), false)
    },
  },
  {
    name: 'rule 5: a lease that is gone is not renewed back to life',
    async check(world) {
      const key = world.key('a')
      const voided = await world.lease(key)
      await world.store.invalidateKeys([key], 'hard')
      assert.equal(await world.store.renew(voided), false)
      assert.equal(await world.raw(key), null)
      const judged = await world.fill(key)
      const refresh = await world.lease(key, { judged, intent: 'refresh' })
      await world.store.invalidateKeys([key], 'hard')
      await world.fill(key)
      assert.equal(await world.store.renew(refresh), false)
      assert.equal((await world.value(key)).refreshToken, '')
    },
  },
]
