import assert from 'node:assert/strict'
import type { InvalidationMode } from '../../store/entry-store.ts'
import { hourMs, type ContractWorld, type StoreRule } from './contract-world.ts'

/** Invalidations of a tag that could be overlooked, each while a load runs that ends with the tag `late`. */
const overtaken: readonly StoreRule[] = (['hard', 'soft'] as const).flatMap((mode) => [
  {
    name: `rule 8: a ${mode} invalidation of a tag known before the load voids the fill`,
    check: (world: ContractWorld) => overtake(world, { known: ['t'], tags: ['t'], mode }),
  },
  {
    name: `rule 10: a ${mode} invalidation of a tag that only the value told voids the fill`,
    check: (world: ContractWorld) => overtake(world, { known: [], tags: ['other', 't'], mode }),
  },
])

interface Overtaking {
  readonly known: readonly string[]
  readonly tags: readonly string[]
  readonly mode: InvalidationMode
}

async function overtake(world: ContractWorld, { known, tags, mode }: Overtaking): Promise<void> {
  for (const action of ['store', 'remove', 'skip'] as const) {
    const key = world.key(action)
    const lease = await world.lease(key, { tags: known })
    await world.store.invalidateTags(['t'], mode)
    assert.equal(await world.settle(lease, { action, tags }), 'void')
    assert.equal(await world.look(key, tags), 'absent')
    await world.fill(key, { tags })
    assert.equal(await world.look(key, tags), 'usable', 'a load that begins afterwards counts')
    const refresh = await world.lease(key, {
      tags: known,
      judged: (await world.value(key)).token,
      intent: 'refresh',
    })
    await world.store.invalidateTags(['t'], mode)
    assert.equal(await world.settle(refresh, { action, tags }), 'void')
    assert.equal((await world.value(key)).refreshToken, '')
  }
}

/** Tags, judged by generations: rules 8 to 11. */
export const tagRules: readonly StoreRule[] = [
  ...overtaken,
  {
    name: 'rule 8: a load that failed gives its lease back, whatever happened to its tags',
    async check(world) {
      const key = world.key('a')
      const lease = await world.lease(key, { tags: ['t'] })
      await world.store.invalidateTags(['t'], 'hard')
      assert.equal(await world.settle(lease, { action: 'release', tags: ['t'] }), 'ok')
      assert.equal(await world.raw(key), null)
    },
  },
  {
    name: 'rule 8: invalidations of other tags do not void a fill',
    async check(world) {
      const key = world.key('a')
      const lease = await world.lease(key, { tags: ['t'] })
      await world.store.invalidateTags(['u', 't2', '*'], 'hard')
      assert.equal(await world.settle(lease, { tags: ['t'] }), 'ok')
      assert.equal(await world.look(key, ['t']), 'usable')
    },
  },
  {
    name: 'rule 9: an invalidation of a tag makes every entry that carries it void, and no other',
    async check(world) {
      const tagged = Array.from({ length: 20 }, (_, index) => world.key(`tagged-${index}`))
      for (const [index, key] of tagged.entries()) await world.fill(key, { tags: ['t', `own-${index}`] })
      await world.fill(world.key('other'), { tags: ['u'] })
      await world.store.invalidateTags(['t'], 'hard')
      for (const key of tagged) assert.equal(await world.look(key, ['t']), 'void')
      assert.equal(await world.look(world.key('other'), ['u']), 'usable')
    },
  },
  {
    name: 'rule 9: many tags are invalidated at once',
    async check(world) {
      for (const tag of ['a', 'b', 'c']) await world.fill(world.key(tag), { tags: [tag] })
      await world.store.invalidateTags(['a', 'b'], 'hard')
      const found = await Promise.all(['a', 'b', 'c'].map((tag) => world.look(world.key(tag), [tag])))
      assert.deepEqual(found, ['void', 'void', 'usable'])
    },
  },
  {
    name: 'rule 9: an entry is not judged by markers that lapsed before it did',
    async check(world) {
      const [known, late] = [world.key('known'), world.key('late')]
      await world.fill(world.key('short-lived'), { tags: ['known', 'late'], lifeMs: 1000 })
      await world.fill(known, { tags: ['known'], lifeMs: 48 * hourMs })
      const lease = await world.lease(late, { lifeMs: 48 * hourMs })
      assert.equal(await world.settle(lease, { tags: ['late'], lifeMs: 48 * hourMs }), 'ok')
      await world.passTime(47 * hourMs)
      assert.equal(await world.look(known, ['known']), 'usable')
      assert.equal(await world.look(late, ['late']), 'usable')
    },
  },
  {
    name: 'rule 9: a tag that was invalidated stays so, however long ago that was',
    async check(world) {
      const key = world.key('a')
      await world.fill(key, { tags: ['t'], lifeMs: 480 * hourMs })
      await world.store.invalidateTags(['t'], 'hard')
      for (let day = 0; day < 19; day += 1) {
        await world.passTime(24 * hourMs)
        assert.equal(await world.look(key, ['t']), 'void')
        await world.fill(world.key(`later-${day}`), { tags: ['t'] })
      }
    },
  },
  {
    name: 'rule 12: a soft invalidation of a tag makes its entries stale, a hard one after it ends their use',
    async check(world) {
      const key = world.key('a')
      await world.fill(key, { tags: ['t'] })
      await world.store.invalidateTags(['t'], 'soft')
      assert.equal(await world.look(key, ['t']), 'stale')
      await world.store.invalidateTags(['t'], 'hard')
      assert.equal(await world.look(key, ['t']), 'void')
      await world.store.invalidateTags(['t'], 'soft')
      assert.equal(await world.look(key, ['t']), 'void')
    },
  },
]
