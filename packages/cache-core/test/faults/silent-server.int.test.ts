import { afterEach, expect, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { uniqueNamespace } from '../support/connect.ts'
import {
  closeLabs,
  expectInvalidated,
  expectReadsFromSource,
  expectStored,
  openClient,
  openLab,
  readUntilBreakerOpens,
  settled,
  type FaultLab,
} from '../support/fault-lab.ts'
import { eventually } from '../support/eventually.ts'

afterEach(closeLabs)

/** Resolves once the client has given its connection up. */
function whenDropped({ redis }: FaultLab): Promise<void> {
  return new Promise((resolve) => redis.once('close', resolve))
}

/** Expects the client to give its connection up within a second of its first call to go unanswered. */
async function expectDropped({ stopwatch }: FaultLab, dropped: Promise<void>): Promise<void> {
  stopwatch.clear()
  await stopwatch.time(() => dropped)
  await stopwatch.expectEachWithin(1000, 'giving the connection up')
}

test('fault 1: a frozen server costs one read its deadline and the next ones no wait, and is used again by itself', async () => {
  const lab = await openLab()
  const { server, redis, video, failures, stopwatch } = lab
  const other = createCache({ redis, namespace: uniqueNamespace() })
  other.on('storeError', ({ operation, error }) => failures.push(`${operation} ${error.code}`))
  const sameClient = other.define({ key: 'a:{id}', policy: { ttl: '5m' }, load: () => 'from the source' })
  await sameClient.getOrSet({ id: 1 })
  await expectStored(lab, 1)
  const dropped = whenDropped(lab)
  failures.length = 0
  await server.pause()
  expect(await stopwatch.time(() => video.getOrSet({ id: 1 }))).toEqual({ version: 1 })
  expect(failures).toEqual(['read E_CACHE_TIMEOUT'])
  for (let read = 0; read < 20; read += 1) {
    expect(await stopwatch.time(() => video.getOrSet({ id: 1 }))).toEqual({ version: 1 })
    expect(await stopwatch.time(() => sameClient.getOrSet({ id: 1 }))).toBe('from the source')
  }
  // A probe now and then; a deadline for each read would be forty.
  expect(failures.filter((failure) => failure === 'read E_CACHE_TIMEOUT').length).toBeLessThan(10)
  await expectReadsFromSource(lab)
  await lab.expectBounded()
  await expectDropped(lab, dropped)
  await expectReadsFromSource(lab)
  await lab.expectBounded()
  expect((await lab.cache.health()).redis).toMatchObject({ ready: false, mode: 'single' })
  await server.resume()
  await lab.expectRecovery(2000)
  expect(await lab.cache.health()).toMatchObject({ status: 'up', redis: { breaker: 'closed' } })
  await other.close()
  await lab.expectClean()
})

test('fault 3: a link that went dead without a word is given up, and used again when it is back', async () => {
  const lab = await openLab()
  const dropped = whenDropped(lab)
  await lab.proxy.set({ toServer: { blackHole: true }, toClient: { blackHole: true } })
  await expectReadsFromSource(lab)
  expect(lab.failures).toContain('read E_CACHE_TIMEOUT')
  await lab.expectBounded()
  await expectDropped(lab, dropped)
  await expectReadsFromSource(lab)
  await lab.expectBounded()
  await expect(lab.cache.invalidate({ tag: 'videos' })).rejects.toMatchObject({
    code: 'E_CACHE_INVALIDATION',
  })
  await lab.proxy.heal()
  await lab.expectRecovery(2000)
  await lab.expectClean()
})

test.each(['hang', 'close'] as const)(
  'fault 4: behind a balancer whose connections %s, what was under way settles and reads go on',
  async (accept) => {
    const lab = await openLab()
    await lab.proxy.set({ accept, toClient: { blackHole: true } })
    const underWay = [lab.redis.incr('under-way'), lab.redis.get('under-way')]
    const reads = [
      lab.stopwatch.time(() => lab.video.getOrSet({ id: 1 })),
      lab.stopwatch.time(() => lab.cache.invalidate({ key: 'video:1' })),
    ] as const
    const dropped = whenDropped(lab)
    lab.proxy.resetAll()
    await dropped
    expect((await settled(underWay)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await settled(reads)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    const attempts = lab.proxy.accepted
    await eventually(() => {
      expect(lab.proxy.accepted).toBeGreaterThanOrEqual(attempts + 2)
    })
    await expectReadsFromSource(lab)
    await lab.expectBounded()
    await lab.proxy.heal()
    await lab.expectRecovery()
    await lab.expectClean()
  },
)

test('fault 15: a server that is busy with a script refuses, the breaker opens, and reads are hits after SCRIPT KILL', async () => {
  const lab = await openLab({ args: ['--lua-time-limit', '50'] })
  const { admin, cache, failures } = lab
  const states: string[] = []
  cache.on('breaker', ({ state }) => states.push(state))
  const script = openClient(lab.server.url).eval('while true do end', 0)
  const killed = script.catch((error: Error) => error.message)
  await eventually(async () => {
    await expect(admin.ping()).rejects.toThrow('BUSY')
  })
  for (let round = 0; round < 3; round += 1) await expectReadsFromSource(lab)
  await readUntilBreakerOpens(lab)
  expect(failures).toContain('read E_CACHE_STORE')
  expect(states[0]).toBe('open')
  await eventually(async () => {
    expect((await cache.health()).redis).toMatchObject({ ready: false, problem: 'refused' })
  })
  await lab.expectBounded()
  await admin.script('KILL')
  expect(await killed).toContain('killed')
  // The connection has lived on, so that hits wait for the breaker: a second and a tenth, doubled each time it opens again.
  const opened = states.filter((state) => state === 'open').length
  await lab.expectRecovery(1100 * 2 ** (opened - 1) + 100)
  expect(states.at(-1)).toBe('closed')
  await lab.expectClean()
})

test('fault 16: while writes are paused hits go on, an invalidation is unknown and so rejects, and nothing old comes back', async () => {
  const lab = await openLab()
  const { admin, cache, video, row, stopwatch } = lab
  await expectStored(lab, 1)
  await admin.call('CLIENT', 'PAUSE', '60000', 'WRITE')
  await eventually(async () => {
    expect(await video.get({ id: 1 })).toEqual({ version: 1 })
  })
  row.version = 2
  const invalidation = stopwatch.time(() => cache.invalidate({ key: 'video:1' }))
  await expect(invalidation).rejects.toMatchObject({ code: 'E_CACHE_INVALIDATION' })
  await expectReadsFromSource(lab)
  await lab.expectBounded()
  await admin.call('CLIENT', 'UNPAUSE')
  await lab.expectRecovery()
  await expectInvalidated(lab, { key: 'video:1' })
  row.version = 3
  expect(await video.getOrSet({ id: 1 })).toEqual({ version: 3 })
  await lab.expectClean()
})

test('rule 4: readers who joined a load whose fill Redis did not acknowledge load again instead of trusting it', async () => {
  const { server, cache } = await openLab()
  let loads = 0
  const slow = cache.define({
    key: 'slow:{id}',
    policy: { ttl: '5m' },
    load: async () => {
      loads += 1
      await server.pause()
      return loads
    },
  })
  const [leader, ...joiners] = await Promise.all(Array.from({ length: 10 }, () => slow.getOrSet({ id: 1 })))
  expect(leader).toBe(1)
  expect(joiners.every((value) => value > 1)).toBe(true)
  expect(loads).toBeLessThanOrEqual(3)
  await server.resume()
})
