import { afterEach, expect, test, vi } from 'vitest'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'
import { createGate } from '../support/gate.ts'

afterEach(closeAll)

const options = { key: 'user:{id}', policy: { ttl: '5m' } } as const

test('rule 15: set voids a load in flight, and the load does not void it', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const gate = createGate()
  const user = cache.define({ ...options, load: () => gate.pass().then(() => 'read before the write') })
  const leader = user.getOrSet({ id: 1 })
  await gate.reached
  expect(await user.set({ id: 1 }, 'written')).toBe(true)
  gate.open()
  await leader
  await vi.waitFor(() => {
    expect(cache.stats().fillsDiscarded).toBe(1)
  })
  expect(await user.get({ id: 1 })).toBe('written')
})

test('rule 15: of two writes that overlap, neither leaves an older value', async () => {
  const namespace = uniqueNamespace()
  const [one, two] = [await connectCache({ namespace }), await connectCache({ namespace })]
  const row = { value: 'first' }
  const load = (): string => row.value
  const [slow, quick] = [one.cache.define({ ...options, load }), two.cache.define({ ...options, load })]
  await slow.getOrSet({ id: 1 })
  const gate = createGate()
  const slowWrite = slow.writeThrough({ id: 1 }, async () => {
    row.value = 'slow'
    await gate.pass()
    return 'slow'
  })
  await gate.reached
  await quick.writeThrough({ id: 1 }, () => (row.value = 'quick'))
  gate.open()
  await slowWrite
  expect(await slow.getOrSet({ id: 1 })).toBe('quick')
  expect(await quick.getOrSet({ id: 1 })).toBe('quick')
})

test('rule 15: a write that is overtaken by an invalidation stores nothing', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const row = { value: 'first' }
  const user = cache.define({ ...options, load: () => row.value })
  const gate = createGate()
  const write = user.writeThrough({ id: 1 }, async () => {
    row.value = 'mine'
    await gate.pass()
    return 'mine'
  })
  await gate.reached
  row.value = 'theirs'
  await user.invalidate({ id: 1 })
  gate.open()
  expect(await write).toBe('mine')
  expect(await user.getOrSet({ id: 1 })).toBe('theirs')
})

test('rule 15: what the write itself invalidates for its key is left to its own compare-and-set; its tags count', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const load = vi.fn(() => 'loaded')
  const user = cache.define({ ...options, load, tags: () => ['users'] })
  await user.writeThrough({ id: 1 }, async () => {
    await cache.invalidate(user.target({ id: 1 }))
    return 'written'
  })
  expect(await user.getOrSet({ id: 1 })).toBe('written')
  expect(load).not.toHaveBeenCalled()
  await user.writeThrough({ id: 1 }, async () => {
    await cache.invalidate({ tag: 'users' })
    return 'written again'
  })
  expect(await user.get({ id: 1 })).toBeUndefined()
})

test('a write that fails changes nothing, unless it had invalidated its entry before', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const user = cache.define({ ...options, load: () => 'loaded' })
  await user.set({ id: 1 }, 'before')
  await expect(user.writeThrough({ id: 1 }, () => Promise.reject(new Error('refused')))).rejects.toThrow(
    'refused',
  )
  expect(await user.get({ id: 1 })).toBe('before')
  const ambiguous = user.writeThrough({ id: 1 }, async () => {
    await user.invalidate({ id: 1 })
    throw new Error('may have been done')
  })
  await expect(ambiguous).rejects.toThrow('may have been done')
  expect(await user.get({ id: 1 })).toBeUndefined()
})

test('readers are served the old value while it is being replaced', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  const user = cache.define({ ...options, load: () => 'loaded' })
  await user.set({ id: 1 }, 'before')
  const gate = createGate()
  const write = user.writeThrough({ id: 1 }, () => gate.pass().then(() => 'after'))
  await gate.reached
  expect(await user.getOrSet({ id: 1 })).toBe('before')
  gate.open()
  await write
  expect(await user.get({ id: 1 })).toBe('after')
})

test('fresh loads now and replaces what was stored', async () => {
  const { cache } = await connectCache({ namespace: uniqueNamespace() })
  let version = 0
  const user = cache.define({ ...options, load: () => (version += 1) })
  expect(await user.getOrSet({ id: 1 })).toBe(1)
  expect(await user.getOrSet({ id: 1 }, { fresh: true })).toBe(2)
  expect(await user.refresh({ id: 1 })).toBe(3)
  await vi.waitFor(async () => {
    expect(await user.get({ id: 1 })).toBe(3)
  })
})
