import assert from 'node:assert/strict'
import { hourMs, minuteMs, type ContractWorld, type StoreRule } from './contract-world.ts'

/** A slot, and what a read and a miss find in it: rules 1 to 3. */
export const slotRules: readonly StoreRule[] = [
  {
    name: 'rule 1: a slot is absent, then a lease, then the very text that was stored',
    async check(world) {
      const key = world.key('a')
      assert.equal(await world.raw(key), null)
      const lease = await world.lease(key)
      assert.deepEqual(await world.slot(key), {
        kind: 'lease',
        token: lease.token,
        generation: lease.generation,
      })
      const slot = world.text(lease, 'löad ✓')
      assert.equal(await world.settle(lease, { slot }), 'ok')
      assert.equal(await world.raw(key), slot)
    },
  },
  {
    name: 'rule 1: a value is kept for as long as it was stored for, and no longer',
    async check(world) {
      const key = world.key('a')
      await world.fill(key, { lifeMs: hourMs })
      await world.passTime(50 * minuteMs)
      assert.equal(await world.look(key), 'usable')
      await world.passTime(11 * minuteMs)
      assert.equal(await world.look(key), 'absent')
    },
  },
  {
    name: 'rule 1: what is stored for ever stays',
    async check(world) {
      const key = world.key('a')
      await world.fill(key, { tags: ['t'], lifeMs: Infinity })
      await world.passTime(1000 * hourMs)
      assert.equal(await world.look(key, ['t']), 'usable')
    },
  },
  {
    name: 'rule 1: a value stays servable while it is loaded again, and does not expire under the load',
    async check(world) {
      const key = world.key('a')
      const judged = await world.fill(key, { lifeMs: 3000, value: 'old' })
      const lease = await world.lease(key, { judged, intent: 'refresh' })
      assert.equal(lease.mode, 'refresh')
      await world.passTime(3500)
      const { token, payload, refreshToken } = await world.value(key)
      assert.deepEqual(
        { token, payload, refreshToken },
        { token: judged, payload: '"old"', refreshToken: lease.token },
      )
    },
  },
  {
    name: 'rule 2: many slots are read in the order asked, each with its markers',
    async check(world) {
      const keys = ['a', 'b', 'c'].map((name) => world.key(name))
      const tokens: string[] = []
      for (const key of keys) tokens.push(await world.fill(key, { tags: ['t'], value: key }))
      await world.store.invalidateTags(['u'], 'hard')
      const questions = [
        { key: keys[2] ?? '', tags: ['t', 'u'] },
        { key: world.key('nothing'), tags: [] },
        { key: keys[0] ?? '', tags: ['u'] },
        { key: keys[2] ?? '', tags: [] },
      ]
      const reads = await world.store.readMany(questions)
      assert.deepEqual(
        reads.map(({ slot }) => slot?.slice(2, 14) ?? null),
        [tokens[2], null, tokens[0], tokens[2]],
      )
      const alone = await Promise.all(questions.map(({ key, tags }) => world.store.read(key, tags)))
      assert.deepEqual(reads, alone)
      assert.deepEqual(await world.store.readMany([]), [])
    },
  },
  {
    name: 'rule 3: a value that is not the one the caller judged is told, not replaced',
    async check(world) {
      const key = world.key('a')
      await world.fill(key)
      const before = await world.raw(key)
      for (const judged of ['', 'another-one-'])
        assert.deepEqual(await world.acquire(key, { judged }), { outcome: 'value' })
      assert.equal(await world.raw(key), before)
    },
  },
  {
    name: 'rule 3: a value that the caller judged unusable gives way to a lease',
    async check(world) {
      const key = world.key('a')
      const judged = await world.fill(key)
      const lease = await world.lease(key, { judged })
      assert.equal(lease.mode, 'lease')
      assert.equal(await world.look(key), 'lease')
    },
  },
  {
    name: 'rule 3: garbage is overwritten by a lease',
    async check(world) {
      for (const garbage of ['by hand', '']) {
        const key = world.key(`garbage-${garbage.length}`)
        if (!(await world.overwrite(key, garbage))) return
        assert.equal(await world.settle(await world.lease(key)), 'ok')
        assert.equal(await world.look(key), 'usable')
      }
    },
  },
  {
    name: 'rule 3: a slot of a later format is left alone',
    async check(world) {
      const key = world.key('a')
      const later = 'V9 from the future'
      if (!(await world.overwrite(key, later))) return
      for (const intent of ['load', 'refresh', 'claim'] as const)
        assert.deepEqual(await world.acquire(key, { intent }), { outcome: 'foreign' })
      assert.equal(await world.raw(key), later)
    },
  },
  {
    name: 'a value is given another life only while it is the version that is meant',
    async check(world) {
      const key = world.key('a')
      const token = await world.fill(key, { tags: ['t'], lifeMs: hourMs })
      const expire = (asked: string, lifeMs: number): Promise<boolean> =>
        world.store.expire({ key, token: asked, tags: ['t'], freshMs: lifeMs / 2, lifeMs })
      assert.equal(await expire('another-one-', minuteMs), false)
      assert.equal(await expire(token, 10 * hourMs), true)
      await world.passTime(9 * hourMs)
      assert.equal(await world.look(key, ['t']), 'usable')
      assert.ok((await world.value(key)).freshUntil < Infinity)
      await world.passTime(2 * hourMs)
      assert.equal(await world.look(key), 'absent')
      assert.equal(await expire(token, hourMs), false)
      await checkForever(world)
    },
  },
]

async function checkForever(world: ContractWorld): Promise<void> {
  const key = world.key('for-ever')
  const token = await world.fill(key, { lifeMs: hourMs })
  const life = { freshMs: Infinity, lifeMs: Infinity }
  assert.equal(await world.store.expire({ key, token, tags: [], ...life }), true)
  await world.passTime(1000 * hourMs)
  assert.equal((await world.value(key)).freshUntil, Infinity)
}
