import assert from 'node:assert/strict'
import type { ContractWorld, StoreRule } from './contract-world.ts'

async function fillAll(world: ContractWorld, names: readonly string[]): Promise<void> {
  for (let start = 0; start < names.length; start += 50)
    await Promise.all(names.slice(start, start + 50).map((name) => world.fill(world.key(name))))
}

async function namesLeft(world: ContractWorld, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map((name) => world.raw(world.key(name))))
  return names.filter((_, index) => found[index] !== null)
}

/** A glob, and which of the names it fits. */
const globs: readonly (readonly [glob: string, fits: readonly string[]])[] = [
  ['a:1', ['a:1']],
  ['a:*', ['a:1', 'a:12', 'a:b:1', 'a:*']],
  ['a:?', ['a:1', 'a:*']],
  ['a:[0-9]*', ['a:1', 'a:12']],
  ['a:[^0-9]*', ['a:b:1', 'a:*']],
  ['a:\\*', ['a:*']],
  ['*:1', ['a:1', 'a:b:1', 'b:1']],
  ['[ab]:1', ['a:1', 'b:1']],
  ['c*', []],
]
const names = ['a:1', 'a:12', 'a:b:1', 'a:*', 'b:1', 'b']

/** Sweeps: rules 13 and 14. */
export const sweepRules: readonly StoreRule[] = [
  {
    name: 'rule 13: a sweep invalidates the entries whose names fit the glob, as SCAN understands it',
    async check(world) {
      for (const [glob, fits] of globs) {
        await fillAll(world, await missing(world))
        assert.deepEqual(await world.sweep(glob), { scanned: fits.length, removed: fits.length }, glob)
        const left = names.filter((name) => !fits.includes(name))
        assert.deepEqual(await namesLeft(world, names), left, glob)
      }
    },
  },
  {
    name: 'rule 13: a sweep invalidates only what is wanted of it',
    async check(world) {
      await fillAll(world, names)
      const wanted = (key: string): boolean => key === world.key('a:1') || key === world.key('b')
      assert.equal((await world.sweep('*', { wanted })).removed, 2)
      assert.deepEqual(await namesLeft(world, names), ['a:12', 'a:b:1', 'a:*', 'b:1'])
    },
  },
  {
    name: 'rule 13: a sweep finds every entry, page by page, however many there are',
    async check(world) {
      const many = Array.from({ length: 700 }, (_, index) => `many:${index}`)
      await fillAll(world, many)
      await fillAll(world, ['other'])
      assert.equal((await world.sweep('many:*', { mode: 'count' })).removed, many.length)
      let pages = 0
      for await (const page of world.store.sweep(`${world.prefix}many:*`, {
        wanted: () => true,
        mode: 'hard',
      })) {
        pages += 1
        assert.ok(page.removed < many.length, 'a page is a part of it')
      }
      assert.ok(pages > 1)
      assert.deepEqual(await namesLeft(world, [...many, 'other']), ['other'])
    },
  },
  {
    name: 'rule 13: a sweep that only counts changes nothing',
    async check(world) {
      await fillAll(world, names)
      const before = await Promise.all(names.map((name) => world.raw(world.key(name))))
      assert.equal((await world.sweep('a:*', { mode: 'count' })).removed, 4)
      assert.deepEqual(await Promise.all(names.map((name) => world.raw(world.key(name)))), before)
    },
  },
  {
    name: 'rule 13: a soft sweep makes values stale and removes leases',
    async check(world) {
      await fillAll(world, ['value'])
      await world.lease(world.key('lease'))
      assert.equal((await world.sweep('*', { mode: 'soft' })).removed, 2)
      assert.equal(await world.look(world.key('value')), 'stale')
      assert.equal(await world.look(world.key('lease')), 'absent')
    },
  },
  {
    name: 'rule 14: a sweep leaves alone what holds no entry, and what its markers and barriers say',
    async check(world) {
      await world.fill(world.key('tagged'), { tags: ['t'] })
      await world.store.invalidateTags(['t'], 'hard')
      await world.store.bar({ keys: [world.key('barred')], tags: [] }, { writer: 'w', lifeMs: 60_000 })
      const others = await world.overwrite(world.key('counter'), '42')
      assert.equal((await world.sweep('*', { wanted: (key) => !key.includes('~') })).removed, 1)
      if (others) assert.equal(await world.raw(world.key('counter')), '42')
      assert.deepEqual(await world.acquire(world.key('barred')), { outcome: 'barred' })
      assert.equal(await world.settle(await world.lease(world.key('new'), { tags: ['t'] })), 'ok')
    },
  },
]

async function missing(world: ContractWorld): Promise<string[]> {
  const there = await namesLeft(world, names)
  return names.filter((name) => !there.includes(name))
}
