import { afterEach, expect, test } from 'vitest'
import { closeAll, connectCache, testRedisUrl, uniqueNamespace } from '../../support/connect.ts'
import { runCommand } from '../../support/run-command.ts'
import { ownRedis, stopServers } from '../../support/trouble.ts'
import { ageEntry } from '../../support/age-entry.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

const url = testRedisUrl()

async function stats(namespace: string): Promise<{ document: Record<string, unknown>; text: string }> {
  const args = ['stats', '--namespace', namespace, '--url', url]
  const [json, plain] = [await runCommand([...args, '--json']), await runCommand(args)]
  expect([json.code, plain.code, json.err, plain.err]).toEqual([0, 0, '', ''])
  return { document: JSON.parse(json.out) as Record<string, unknown>, text: plain.out }
}

test('every key of a namespace is counted by kind and shape, and no other', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    tags: ({ id }) => ['videos', `video:${String(id)}`],
    load: () => 'v',
  })
  const views = cache.counter({ key: 'views:{id}', seed: () => 1 })
  for (let id = 0; id < 12; id += 1) await video.set({ id }, 'v')
  await views.increment({ id: 1 })
  await redis.set(`${namespace}:session:abc`, 'x')
  await redis.set(`${namespace}x:video:1`, 'x', 'EX', 60)
  await redis.set(`other:${namespace}:video:1`, 'x', 'EX', 60)
  await cache.invalidate({ key: 'absent' }, { hold: '1m' })
  const { document, text } = await stats(namespace)
  const groups = document['groups'] as { kind: string; shape?: string; keys: number; withoutTtl: number }[]
  expect(groups.map(({ kind, shape, keys, withoutTtl }) => [kind, shape, keys, withoutTtl])).toEqual([
    ['entry', 'video:*', 12, 0],
    ['counter', 'views:*', 1, 1],
    ['marker', undefined, 13, 0],
    ['generation', undefined, 1, 0],
    ['barrier', undefined, 1, 0],
    ['other', 'session:abc', 1, 1],
  ])
  expect(document).toMatchObject({
    namespace,
    keys: 29,
    entries: { fresh: 12, stale: 0, void: 0, ttl: { 'under 10 m': 12, 'no TTL': 0 } },
  })
  expect(document['memoryBytes']).toBeGreaterThan(1000)
  expect(text).toMatch(/^entry +video:\* +12 +[\d.]+ (?:B|KiB) +(?:4 m \d+ s|5 m)/m)
  expect(text).toContain('Entries by time: 12 fresh, 0 stale')
  expect(text).toMatch(/hit ratio [\d.]+ % of/)
})

test('entries are told apart by how they stand', async () => {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace })
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m', staleWhileRevalidate: '1h' },
    load: () => 'v',
  })
  for (const id of [1, 2, 3, 4]) await video.set({ id }, 'v')
  await ageEntry(redis, `${namespace}:video:1`, 400_000)
  await video.invalidate({ id: 2 }, { mode: 'soft' })
  await redis.setrange(`${namespace}:video:3`, 55, 'another1')
  expect((await stats(namespace)).document).toMatchObject({ entries: { fresh: 1, stale: 2, void: 1 } })
})

test('an empty namespace is no error', async () => {
  const { document, text } = await stats(uniqueNamespace())
  expect(document).toMatchObject({ keys: 0, groups: [] })
  expect(text).toContain('It has no keys.')
})

test('Ctrl-C ends a count, and says how far it came', async () => {
  const namespace = uniqueNamespace()
  const { cache } = await connectCache({ namespace })
  await cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'v' }).set({ id: 1 }, 'v')
  const argv = ['stats', '--namespace', namespace, '--url', url]
  const { code, out, err } = await runCommand(argv, { interrupted: true })
  expect([code, out]).toEqual([130, ''])
  expect(err).toMatch(/^vidnest-cache: stopped: after \d+ keys?; nothing was changed\n$/)
})

test('where INFO and MEMORY are refused, the rest is told', async () => {
  const server = await ownRedis()
  const { cache, redis } = await connectCache({ namespace: 'shop' }, server.url)
  await cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'v' }).set({ id: 1 }, 'v')
  await redis.call('ACL', 'SETUSER', 'reader', 'on', '>pw', '~*', '+@all', '-info', '-memory')
  const at = `redis://reader:pw@127.0.0.1:${String(server.port)}`
  const { code, out } = await runCommand(['stats', '--namespace', 'shop', '--url', at])
  expect(code).toBe(0)
  expect(out).toMatch(/^entry +video:\* +1 +\? +(?:4 m \d+ s|5 m)/m)
  expect(out).toContain('INFO is refused')
})
