import { afterEach, expect, test } from 'vitest'
import {
  closeLabs,
  expectInvalidated,
  expectReadsFromSource,
  expectStored,
  openLab,
  readUntilBreakerOpens,
} from '../support/fault-lab.ts'

afterEach(closeLabs)

test('fault 6: over a link that is slower than the deadline, the breaker opens, and the statistics show where reads went', async () => {
  const lab = await openLab()
  const { cache, proxy } = lab
  const states: string[] = []
  cache.on('breaker', ({ state }) => states.push(state))
  await proxy.set({ toServer: { latencyMs: 80 }, toClient: { latencyMs: 80 } })
  const before = cache.stats()
  await readUntilBreakerOpens(lab)
  expect(states).toEqual(['open'])
  await expectReadsFromSource(lab)
  await lab.expectBounded()
  const after = cache.stats()
  expect(after.misses - before.misses).toBeGreaterThanOrEqual(200)
  expect(after.loads - before.loads).toBeGreaterThanOrEqual(50)
  expect(after.storeErrors).toBeGreaterThan(before.storeErrors)
  expect(after.hits).toBe(before.hits)
  await proxy.heal()
  await lab.expectRecovery()
  expect(states.at(-1)).toBe('closed')
  await lab.expectClean()
})

test('fault 6: over a link that is slow, but not too slow, in small pieces, values and invalidations arrive whole', async () => {
  const lab = await openLab({
    cache: { redisTimeout: '2s' },
    client: { commandTimeout: 5000, socketTimeout: 5000 },
  })
  const { cache, proxy, row, video } = lab
  await proxy.set({
    toServer: { latencyMs: 5, sliceBytes: 7 },
    toClient: { latencyMs: 5, sliceBytes: 3 },
  })
  for (const version of [1, 2, 3]) {
    row.version = version
    await expectStored(lab, 'ключ')
    expect(await video.get({ id: 'ключ' })).toEqual({ version })
    await expectInvalidated(lab, [{ tag: 'videos' }, video.target({ id: 'ключ' })][version % 2] ?? 'all')
    expect(await video.get({ id: 'ключ' })).toBeUndefined()
  }
  expect(cache.stats().breaker).toBe('closed')
  await lab.expectClean()
})
