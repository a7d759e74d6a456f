import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { closeLabs, expectReadsFromSource, openLab, settled } from '../support/fault-lab.ts'

afterEach(closeLabs)

test('rule 22: five operations in a row that run into their deadline open the breaker, which never holds an invalidation back', async () => {
  const lab = await openLab({ client: { socketTimeout: 60_000 } })
  const { server, cache, failures } = lab
  const states: string[] = []
  cache.on('breaker', ({ state }) => states.push(state))
  await server.pause()
  while (cache.stats().breaker === 'closed') await settled([cache.invalidate({ key: 'video:1' })])
  expect(failures.length).toBeGreaterThanOrEqual(5)
  failures.length = 0
  await expectReadsFromSource(lab)
  expect(failures.filter((failure) => failure.includes('TIMEOUT')).length).toBeLessThan(10)
  failures.length = 0
  await settled([cache.invalidate({ key: 'video:1' })])
  // It was sent, and waited for.
  expect(failures).toContain('invalidate E_CACHE_TIMEOUT')
  expect(states[0]).toBe('open')
  await server.resume()
  await lab.expectRecovery()
  expect(states.at(-1)).toBe('closed')
  await lab.expectClean()
})

test('rule 21: a process that is too busy to read its replies takes them when it can, and loads nothing twice', async () => {
  const lab = await openLab({
    cache: { redisTimeout: '1s' },
    client: { commandTimeout: 1100, socketTimeout: 60_000 },
  })
  const { cache, video, failures } = lab
  let loads = 0
  const slow = cache.define({ key: 'slow:{id}', policy: { ttl: '5m' }, load: () => (loads += 1) })
  const reads = Array.from({ length: 500 }, () => slow.getOrSet({ id: 1 }))
  const others = Array.from({ length: 500 }, (_, id) => video.get({ id }))
  // By now they are sent, but not yet answered.
  await nextTurn()
  const busyUntil = performance.now() + 2500
  while (performance.now() < busyUntil);
  expect(new Set(await Promise.all(reads))).toEqual(new Set([1]))
  await Promise.all(others)
  expect([loads, failures]).toEqual([1, []])
  expect(cache.stats().breaker).toBe('closed')
  await lab.expectClean()
})
