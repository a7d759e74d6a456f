import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Cache } from '../../../src/index.ts'
import { closeAll, connectCache, testRedisUrl, uniqueNamespace } from '../../support/connect.ts'
import { createGate } from '../../support/gate.ts'
import { runCommand, type Finished, type RunOptions } from '../../support/run-command.ts'
import { ownRedis, stopServers } from '../../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

function defineVideo(cache: Cache) {
  return cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m', staleWhileRevalidate: '5m' },
    tags: ({ id }) => [Number(id) % 2 === 0 ? 'even' : 'odd'],
    load: () => 'v',
  })
}

/** A namespace with so many entries, a counter and a session, and a way to run the command on it. */
async function prepare(entries: number, url = testRedisUrl()) {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace }, url)
  const video = defineVideo(cache)
  await Promise.all(Array.from({ length: entries }, (_, id) => video.set({ id }, 'v')))
  await cache.counter({ key: 'video:views:{id}', seed: () => 41 }).increment({ id: 1 })
  await redis.hset(`${namespace}:video:session`, 'field', 'value')
  const run = (argv: readonly string[], options?: RunOptions): Promise<Finished> =>
    runCommand(['invalidate', '--namespace', namespace, '--url', url, ...argv], options)
  const left = async (): Promise<number> => (await redis.keys(`${namespace}:video:*`)).length - 2
  return { namespace, cache, redis, video, run, left }
}

describe('invalidate', () => {
  test('removes by key, by tag and by pattern, as cache.invalidate does', async () => {
    const { run, video, left } = await prepare(12)
    const byKey = await run(['--key', 'video:1', '--key', 'video:2', '--key', 'video:99'])
    expect(byKey).toMatchObject({ code: 0, err: '' })
    expect(byKey.out).toMatch(/^Invalidated 3 keys in .*: 2 entries removed\.\n$/)
    expect([await video.has({ id: 1 }), await video.has({ id: 3 })]).toEqual([false, true])
    const byTag = JSON.parse((await run(['--tag', 'odd', '--json'])).out) as object
    expect(byTag).toMatchObject({ tags: 1, removed: 0, queued: 0, mode: 'hard' })
    expect([await video.has({ id: 3 }), await video.has({ id: 4 })]).toEqual([false, true])
    const byPattern = await run(['--pattern', 'video:1*'])
    expect(byPattern.out).toMatch(/^Invalidated 1 pattern in .*: 2 entries removed, \d names looked at\.\n$/)
    expect(await left()).toBe(8)
    const all = await run(['--all'])
    expect(all.out).toContain('8 entries removed')
    expect(await left()).toBe(0)
  })

  test('leaves counters, sessions and other namespaces alone', async () => {
    const { run, namespace, redis } = await prepare(2)
    const other = await prepare(2)
    await run(['--all'])
    await run(['--pattern', '*'])
    expect(await redis.get(`${namespace}:video:views:1`)).toBe('42')
    expect(await redis.hgetall(`${namespace}:video:session`)).toEqual({ field: 'value' })
    expect(await other.left()).toBe(2)
  })

  test('makes stale what is invalidated softly', async () => {
    const { run, video } = await prepare(4)
    expect((await run(['--pattern', 'video:*', '--soft'])).out).toContain('4 entries made stale')
    expect(await video.entry({ id: 1 })).toMatchObject({ hit: false, stale: true })
    expect((await run(['--key', 'video:1'])).code).toBe(0)
    expect(await video.entry({ id: 1 })).toMatchObject({ tier: 'none' })
  })

  test('voids a load that is under way elsewhere', async () => {
    const { run, cache } = await prepare(1)
    const gate = createGate()
    let value = 'old'
    const page = cache.define({
      key: 'page:{id}',
      policy: { ttl: '5m' },
      tags: () => ['pages'],
      load: async () => {
        const read = value
        if (read === 'old') await gate.pass()
        return read
      },
    })
    const overtaken = page.getOrSet({ id: 1 })
    await gate.reached
    value = 'new'
    expect((await run(['--tag', 'pages'])).code).toBe(0)
    gate.open()
    await overtaken
    expect(await page.getOrSet({ id: 1 })).toBe('new')
    await vi.waitFor(() => expect(cache.stats().fillsDiscarded).toBe(1))
  })

  test('only counts in a dry run, the same as it would do, and not even makes a generation', async () => {
    const { run, left, redis } = await prepare(12)
    const argv = ['--key', 'video:1', '--tag', 'odd', '--pattern', 'video:1*', '--pattern', 'video:11']
    const dry = await run([...argv, '--dry-run', '--json'])
    expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, keys: 1, tagged: 6, swept: 3 })
    expect((await run(['--all', '--dry-run'])).out).toBe(
      'Would be removed: 12 entries. Nothing was changed.\n',
    )
    expect(await left()).toBe(12)
    expect(JSON.parse((await run(['--pattern', 'video:1*', '--json'])).out)).toMatchObject({ removed: 3 })
    const unused = uniqueNamespace()
    const nothing = await runCommand([
      'invalidate',
      '--namespace',
      unused,
      '--url',
      testRedisUrl(),
      '--all',
      '--dry-run',
    ])
    expect(nothing.err).toContain(`no cache has used the namespace ${unused} here lately`)
    expect(await redis.keys(`*${unused}*`)).toEqual([])
  })

  test('refuses a key that holds no entry, since an invalidation removes whatever is there', async () => {
    const { run, redis, namespace } = await prepare(1)
    for (const key of ['video:views:1', 'video:session', '~generation']) {
      const { code, out, err } = await run(['--key', 'video:0', '--key', key])
      expect([code, out]).toEqual([1, ''])
      expect(err).toMatch(
        /^vidnest-cache: 1 key named with --key: no entry, but .*; nothing was invalidated\n$/,
      )
    }
    expect(await redis.exists(`${namespace}:video:0`, `${namespace}:video:views:1`)).toBe(2)
  })
})

describe('in a terminal', () => {
  const terminal = { terminal: true } as const

  test('a sweep shows what it would do and asks before', async () => {
    const { run, left } = await prepare(5)
    const no = await run(['--pattern', 'video:*'], { ...terminal, typed: 'n' })
    expect(no.code).toBe(1)
    expect(no.err).toMatch(
      /5 entries of namespace .* \(that fit video:\*\) at redis:.* will be removed\. Go on\? \[y\/N\]/,
    )
    expect(no.err).toContain('Nothing was invalidated.')
    expect((await run(['--all'], { ...terminal, typed: '' })).code).toBe(1)
    expect(await left()).toBe(5)
    const yes = await run(['--pattern', 'video:*'], { ...terminal, typed: 'y' })
    expect(yes).toMatchObject({ code: 0, out: expect.stringContaining('5 entries removed') as string })
    expect(await left()).toBe(0)
  })

  test('--yes, keys and tags are not asked about, and a sweep shows a bar', async () => {
    const { run, left } = await prepare(5)
    expect((await run(['--key', 'video:1', '--tag', 'odd'], terminal)).code).toBe(0)
    const { code, err } = await run(['--all', '--yes'], terminal)
    expect([code, await left()]).toEqual([0, 0])
    expect(err).toMatch(/Invalidating [█░]+ +\d+ % {2}\d+ entr/)
    expect(err).not.toContain('[y/N]')
  })
})

test('without a terminal nothing is asked', async () => {
  const { run, left } = await prepare(3)
  expect(await run(['--all'], { typed: 'n' })).toMatchObject({ code: 0, err: '' })
  expect(await left()).toBe(0)
})

test('Ctrl-C stops a sweep between two pages, and says how far it came', async () => {
  const { run, left } = await prepare(1500)
  const { code, out, err } = await run(['--all', '--yes'], { terminal: true, interruptedBy: 'Invalidating' })
  expect([code, out]).toEqual([130, ''])
  const [, looked, removed] =
    /stopped: ([\d,]+) names? looked at, ([\d,]+) entr.* removed; run it again/.exec(err) ?? []
  expect(Number(looked?.replace(',', ''))).toBeLessThan(1500)
  expect(await left()).toBe(1500 - Number(removed?.replace(',', '')))
  expect((await run(['--all'])).out).toContain('names looked at')
  expect(await left()).toBe(0)
})

test('Ctrl-C before it begins leaves everything as it is', async () => {
  const { run, left, video } = await prepare(3)
  for (const argv of [['--all'], ['--key', 'video:1'], ['--all', '--dry-run']]) {
    const { code, out, err } = await run(argv, { interrupted: true })
    expect([code, out]).toEqual([130, ''])
    expect(err).toContain('nothing was invalidated')
  }
  expect([await left(), await video.has({ id: 1 })]).toEqual([3, true])
})

test('an invalidation that Redis refuses is a failure with its reason', async () => {
  const server = await ownRedis()
  const { redis, namespace } = await prepare(2, server.url)
  await redis.call('ACL', 'SETUSER', 'reader', 'on', '>pw', '~*', '+@all', '-unlink')
  const at = `redis://reader:pw@127.0.0.1:${String(server.port)}`
  const { code, out, err } = await runCommand([
    'invalidate',
    '--namespace',
    namespace,
    '--url',
    at,
    '--key',
    'video:1',
  ])
  expect([code, out]).toEqual([1, ''])
  expect(err).toContain('the invalidation was not acknowledged')
  expect(err).toContain('NOPERM')
  expect(err).not.toContain('pw')
})
