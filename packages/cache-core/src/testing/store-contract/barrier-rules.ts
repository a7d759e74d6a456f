import assert from 'node:assert/strict'
import type { BarrierTargets } from '../../store/entry-store.ts'
import { hourMs, minuteMs, type ContractWorld, type StoreRule } from './contract-world.ts'

const [one, two] = ['writer-one--', 'writer-two--']

/** What is guarded, and an entry that the guard is for. */
interface Guarded {
  readonly world: ContractWorld
  readonly key: string
  /** Puts a barrier there, or takes it away where `lifeMs` is 0. */
  readonly bar: (writer: string, lifeMs: number) => Promise<number>
}

/** A key that is guarded itself, or by its tag. */
const guards: Readonly<Record<string, (world: ContractWorld) => Guarded>> = {
  'a key': (world) => guardOf(world, { keys: [world.key('a')], tags: [] }),
  'a tag': (world) => guardOf(world, { keys: [], tags: ['t'] }),
}

function guardOf(world: ContractWorld, targets: BarrierTargets): Guarded {
  return { world, key: world.key('a'), bar: (writer, lifeMs) => world.store.bar(targets, { writer, lifeMs }) }
}

/** Whether a load can be stored that begins now. */
async function stores({ world, key }: Guarded): Promise<boolean> {
  const result = await world.acquire(key, { tags: ['t'] })
  if (result.outcome === 'barred') return false
  assert.equal(result.outcome, 'leased')
  return result.outcome === 'leased' && (await world.settle(result.lease, { tags: ['t'] })) === 'ok'
}

/** What holds before either; `…` stands for what is guarded. */
const ofEither: Readonly<Record<string, (guarded: Guarded) => Promise<void>>> = {
  'while a barrier stands before … nothing is stored, and after it anything is': async (guarded) => {
    const { world, key, bar } = guarded
    const before = await world.lease(key, { tags: ['t'] })
    await bar(one, hourMs)
    assert.equal(await world.settle(before, { tags: ['t'] }), 'void')
    assert.equal(await stores(guarded), false)
    const claim = await world.acquire(key, { tags: ['t'], intent: 'claim' })
    assert.deepEqual(claim, { outcome: 'barred' })
    await bar(one, 0)
    assert.equal(await stores(guarded), true)
  },
  'a barrier before … voids what is there when it comes': async ({ world, key, bar }) => {
    await world.fill(key, { tags: ['t'] })
    await bar(one, hourMs)
    assert.ok(['absent', 'void'].includes(await world.look(key, ['t'])))
  },
  'no invalidation and no sweep takes a barrier before … away': async (guarded) => {
    const { world, key, bar } = guarded
    await bar(one, hourMs)
    await world.store.invalidateKeys([key], 'hard')
    await world.store.invalidateTags(['t'], 'hard')
    await world.store.invalidateTags(['t'], 'soft')
    await world.sweep('*')
    assert.equal(await stores(guarded), false)
  },
  'of two writers before … each barrier stands until its own writer takes it away': async (guarded) => {
    const { bar } = guarded
    for (const writer of [one, two]) await bar(writer, hourMs)
    await bar(one, 0)
    assert.equal(await stores(guarded), false)
    await bar(two, 0)
    assert.equal(await stores(guarded), true)
  },
  'the barrier of a dead writer before … lapses, but not before its time': async (guarded) => {
    const { world, bar } = guarded
    await bar(one, 10 * minuteMs)
    await world.passTime(8 * minuteMs)
    assert.equal(await stores(guarded), false)
    await bar(one, 10 * minuteMs)
    await world.passTime(8 * minuteMs)
    assert.equal(await stores(guarded), false, 'it was renewed')
    await world.passTime(3 * minuteMs)
    assert.equal(await stores(guarded), true)
  },
}

const ofEachKind: readonly StoreRule[] = Object.entries(guards).flatMap(([kind, guard]) =>
  Object.entries(ofEither).map(([name, check]) => ({
    name: `rule 17: ${name.replace('…', kind)}`,
    check: (world: ContractWorld) => check(guard(world)),
  })),
)

/** Writers' barriers: rule 17. */
export const barrierRules: readonly StoreRule[] = [
  ...ofEachKind,
  {
    name: 'rule 17: a barrier voids what is there when it goes, too',
    async check(world) {
      const key = world.key('a')
      // Stored between the two, by whoever does not know barriers.
      const targets = { keys: [key], tags: ['t'] }
      await world.store.bar(targets, { writer: one, lifeMs: hourMs })
      if (!(await world.overwrite(key, 'V1'))) return
      assert.equal(await world.store.bar(targets, { writer: one, lifeMs: 0 }), 1)
      assert.equal(await world.raw(key), null)
    },
  },
  {
    name: 'rule 17: a barrier stands before nothing but its targets',
    async check(world) {
      const targets = { keys: [world.key('a')], tags: ['t'] }
      await world.store.bar(targets, { writer: one, lifeMs: hourMs })
      await world.fill(world.key('b'), { tags: ['u'] })
      assert.equal(await world.look(world.key('b'), ['u']), 'usable')
    },
  },
  {
    name: 'rule 17: a tag that only the value tells is looked for among the barriers too',
    async check(world) {
      const lease = await world.lease(world.key('a'))
      await world.store.bar({ keys: [], tags: ['late'] }, { writer: one, lifeMs: hourMs })
      const later = await world.lease(world.key('b'))
      assert.equal(await world.settle(lease, { tags: ['late'] }), 'void')
      assert.equal(await world.settle(later, { tags: ['late'] }), 'void')
    },
  },
  {
    name: 'rule 17: a barrier tells how many slots it voided, and leaves the writer’s own lease',
    async check(world) {
      const keys = ['own', 'value', 'nothing'].map((name) => world.key(name))
      const own = await world.lease(keys[0] ?? '', { intent: 'claim' })
      await world.fill(keys[1] ?? '')
      const barrier = { writer: one, own: own.token }
      assert.equal(await world.store.bar({ keys, tags: [] }, { ...barrier, lifeMs: hourMs }), 1)
      assert.equal(await world.store.bar({ keys, tags: [] }, { ...barrier, lifeMs: 0 }), 0)
      assert.equal(await world.settle(own), 'ok')
    },
  },
  {
    name: 'rule 17: not even the writer’s own lease stores while its barrier stands',
    async check(world) {
      const key = world.key('a')
      const own = await world.lease(key, { intent: 'claim' })
      await world.store.bar({ keys: [key], tags: [] }, { writer: one, own: own.token, lifeMs: hourMs })
      assert.equal(await world.settle(own), 'void')
      assert.equal(await world.raw(key), null)
    },
  },
  {
    name: 'rule 17: a barrier takes away the value that the writer’s own lease lies in, and leaves the lease',
    async check(world) {
      const key = world.key('a')
      await world.fill(key)
      const own = await world.lease(key, { intent: 'claim' })
      assert.equal(own.mode, 'refresh')
      const barrier = { writer: one, own: own.token }
      assert.equal(await world.store.bar({ keys: [key], tags: [] }, { ...barrier, lifeMs: hourMs }), 1)
      assert.equal(await world.look(key), 'lease')
      assert.equal(await world.store.renew(own), true)
      assert.equal(await world.store.bar({ keys: [key], tags: [] }, { ...barrier, lifeMs: 0 }), 0)
      assert.equal(await world.settle(own), 'ok')
      assert.equal(await world.look(key), 'usable')
    },
  },
  {
    name: 'rule 17: what is left of a value by a barrier goes when the write is given up',
    async check(world) {
      const key = world.key('a')
      await world.fill(key)
      const own = await world.lease(key, { intent: 'claim' })
      for (const lifeMs of [hourMs, 0])
        await world.store.bar({ keys: [key], tags: [] }, { writer: one, lifeMs, own: own.token })
      assert.equal(await world.settle(own, { action: 'release' }), 'ok')
      assert.equal(await world.look(key), 'absent')
    },
  },
]
