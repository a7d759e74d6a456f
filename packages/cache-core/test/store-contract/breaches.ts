import { decodeSlot } from '../../src/envelope/slot.ts'
import type { EntryStore, StoreCheck } from '../../src/testing/index.ts'

export type Change = (sound: EntryStore) => Partial<EntryStore>

/** Stores that leave one thing out, and a check that must notice. */
export const breaches: Readonly<Record<string, readonly [notices: string, change: Change]>> = {
  'stores what was overtaken': [
    'rule 4: a hard invalidation during a load',
    (sound) => ({
      settle: async (request) => {
        const outcome = await sound.settle(request)
        if (outcome === 'ok' || request.action !== 'store') return outcome
        const claim = await sound.acquire({
          ...request.lease,
          tags: [],
          judged: '',
          intent: 'claim',
          lifeMs: 1000,
        })
        return claim.outcome === 'leased'
          ? sound.settle({ ...request, lease: claim.lease, tags: [] })
          : outcome
      },
    }),
  ],
  'says that what was overtaken is good for others': [
    'rule 4: a hard invalidation during a load',
    (sound) => ({
      settle: async (request) => {
        await sound.settle(request)
        return 'ok'
      },
    }),
  ],
  'gives every caller a lease': [
    'rule 3: of many who ask at once',
    (sound) => ({
      acquire: async (request) => {
        const result = await sound.acquire(request)
        return result.outcome === 'held' ? sound.acquire({ ...request, judged: result.token }) : result
      },
    }),
  ],
  'takes the lease inside a value for somebody else’s': [
    'rule 5: a lease that is gone is not renewed',
    (sound) => ({
      renew: async (lease) => {
        if (await sound.renew(lease)) return true
        const again = await sound.acquire({ ...lease, tags: [], judged: '', intent: 'claim', lifeMs: 1000 })
        return again.outcome === 'leased'
      },
    }),
  ],
  'looks at no tag when it stores': [
    'rule 8: a hard invalidation of a tag known before the load',
    (sound) => ({ settle: (request) => sound.settle({ ...request, tags: [] }) }),
  ],
  'looks only at the first tag when it stores': [
    'rule 10: a hard invalidation of a tag that only the value told',
    (sound) => ({ settle: (request) => sound.settle({ ...request, tags: request.tags.slice(0, 1) }) }),
  ],
  'takes a soft invalidation of a tag for a hard one': [
    'rule 12: a soft invalidation of a tag makes its entries stale',
    (sound) => ({ invalidateTags: (tags) => sound.invalidateTags(tags, 'hard') }),
  ],
  'invalidates the first of many tags': [
    'rule 9: many tags are invalidated at once',
    (sound) => ({ invalidateTags: (tags, mode) => sound.invalidateTags(tags.slice(0, 1), mode) }),
  ],
  'leaves leases when it invalidates': [
    'rule 12: a hard invalidation removes values and leases',
    (sound) => ({
      invalidateKeys: async (keys, mode) => {
        const reads = await sound.readMany(keys.map((key) => ({ key, tags: [] })))
        const isValue = reads.map(({ slot }) => decodeSlot(slot).kind === 'value')
        return sound.invalidateKeys(
          keys.filter((_, index) => isValue[index]),
          mode,
        )
      },
    }),
  ],
  'leaves leases when it sweeps': [
    'rule 13: a soft sweep makes values stale and removes leases',
    (sound) => ({
      sweep: (glob, options) =>
        sound.sweep(glob, { ...options, wanted: (key) => options.wanted(key) && !key.endsWith('lease') }),
    }),
  ],
  'sweeps what is not wanted': [
    'rule 13: a sweep invalidates only what is wanted',
    (sound) => ({ sweep: (glob, options) => sound.sweep(glob, { ...options, wanted: () => true }) }),
  ],
  'only invalidates where it should bar': [
    'rule 17: while a barrier stands before a key',
    (sound) => ({ bar: (targets, barrier) => sound.bar(targets, { ...barrier, lifeMs: 0 }) }),
  ],
  'lets one writer take away the barrier of all': [
    'rule 17: of two writers before a tag',
    (sound) => ({ bar: (targets, barrier) => sound.bar(targets, { ...barrier, writer: 'everybody' }) }),
  ],
  'answers many reads in the order of their keys': [
    'rule 2: many slots are read in the order asked',
    (sound) => ({
      readMany: (reads) => sound.readMany([...reads].sort((a, b) => (a.key < b.key ? -1 : 1))),
    }),
  ],
  'asks nobody which version is meant': [
    'a value is given another life only while',
    (sound) => ({
      expire: async (request) => {
        const slot = decodeSlot((await sound.read(request.key, [])).slot)
        return slot.kind === 'value' && sound.expire({ ...request, token: slot.token })
      },
    }),
  ],
}

/** Names of the checks that a store does not pass. */
export async function noticed(checks: readonly StoreCheck[]): Promise<string[]> {
  const names: string[] = []
  for (const { name, run } of checks) {
    await run().catch((error: Error) => {
      if (error.name !== 'AssertionError') throw error
      names.push(name)
    })
  }
  return names
}
