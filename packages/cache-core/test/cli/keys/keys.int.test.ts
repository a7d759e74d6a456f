import { afterEach, expect, test } from 'vitest'
import { ageEntry } from '../../support/age-entry.ts'
import { closeAll, connectCache, testRedisUrl, uniqueNamespace } from '../../support/connect.ts'
import { runCommand } from '../../support/run-command.ts'

afterEach(closeAll)

const url = testRedisUrl()

interface Listed {
  readonly keys: readonly {
    readonly key: string
    readonly redisKey: string
    readonly kind: string
    readonly ttlMs: number | null
    readonly ageMs?: number
    readonly fresh?: boolean
    readonly memoryBytes?: number
  }[]
  readonly cursor: string | null
}

async function list(namespace: string, ...argv: string[]): Promise<Listed> {
  const { code, out, err } = await runCommand([
    'keys',
    '--namespace',
    namespace,
    '--url',
    url,
    '--json',
    ...argv,
  ])
  expect([code, err]).toEqual([0, ''])
  return JSON.parse(out) as Listed
}

async function fill(namespace: string, ids: number): ReturnType<typeof connectCache> {
  const connected = await connectCache({ namespace })
  const video = connected.cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m', staleWhileRevalidate: '5m' },
    tags: () => ['videos'],
    load: () => 'v',
  })
  await Promise.all(Array.from({ length: ids }, (_, id) => video.set({ id }, 'v')))
  return connected
}

test('pages that follow each other list every key', async () => {
  const namespace = uniqueNamespace()
  await fill(namespace, 250)
  const found = new Set<string>()
  let pages = 0
  let cursor: string | null = null
  do {
    const page: Listed = await list(
      namespace,
      '--limit',
      '60',
      ...(cursor === null ? [] : ['--cursor', cursor]),
    )
    for (const { key } of page.keys) found.add(key)
    cursor = page.cursor
    pages += 1
  } while (cursor !== null)
  expect(found).toEqual(new Set(Array.from({ length: 250 }, (_, id) => `video:${String(id)}`)))
  expect(pages).toBeGreaterThan(2)
  const all = await list(namespace, '--all')
  expect([all.keys.length, all.cursor]).toEqual([250, null])
})

test('a key is listed with its kind, age, TTL and memory', async () => {
  const namespace = uniqueNamespace()
  const { redis } = await fill(namespace, 2)
  await ageEntry(redis, `${namespace}:video:1`, 400_000)
  await redis.set(`${namespace}:mine`, 'x')
  const { keys } = await list(namespace)
  expect([...keys].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual([
    {
      key: 'mine',
      redisKey: `${namespace}:mine`,
      kind: 'other',
      type: 'string',
      ttlMs: null,
      memoryBytes: expect.any(Number) as number,
    },
    expect.objectContaining({ key: 'video:0', kind: 'entry', fresh: true }) as object,
    expect.objectContaining({ key: 'video:1', kind: 'entry', fresh: false }) as object,
  ])
  const old = keys.find(({ key }) => key === 'video:1')
  expect(old?.ageMs).toBeGreaterThanOrEqual(400_000)
  expect(old?.ttlMs).toBeGreaterThan(500_000)
  const { out } = await runCommand(['keys', '--namespace', namespace, '--url', url])
  expect(out).toMatch(/^entry +6 m \d+ s, stale +\d+ m(?: \d+ s)? +[\d,.]+ (?:B|KiB) {2}video:1$/m)
  expect(out).toMatch(/^other +- +none +[\d,.]+ (?:B|KiB) {2}mine$/m)
  expect(out).toMatch(/\n3 keys\n$/)
})

test('a pattern and the helper keys can be asked for', async () => {
  const namespace = uniqueNamespace()
  const { cache } = await fill(namespace, 12)
  await cache.invalidate({ key: 'video:0' }, { hold: '1m' })
  const names = async (...argv: string[]): Promise<string[]> =>
    (await list(namespace, ...argv)).keys.map(({ key }) => key).sort()
  expect(await names('--pattern', 'video:1*')).toEqual(['video:1', 'video:10', 'video:11'])
  expect(await names('--helpers', '--all')).toEqual(
    expect.arrayContaining([
      `${namespace}:~generation`,
      `${namespace}:~tag:videos`,
      `{${namespace}:video:0}:w`,
    ]),
  )
  expect((await names('--all')).filter((name) => name.includes('~') || name.includes('{'))).toEqual([])
  const none = await runCommand(['keys', '--namespace', namespace, '--url', url, '--pattern', 'nothing*'])
  expect(none.out).toBe('There are no such keys.\n')
})

test('what is in a key cannot control the terminal', async () => {
  const namespace = uniqueNamespace()
  const { redis } = await connectCache({ namespace })
  await redis.set(`${namespace}:bad\u001B[2J`, 'x', 'EX', 60)
  const { out } = await runCommand(['keys', '--namespace', namespace, '--url', url])
  expect(out).toContain('bad\\u{1b}[2J')
  expect(out).not.toContain('\u001B')
})

test.each(['1', '0.x', '9.0', '0.0.0'])('the cursor %s of no page is refused', async (cursor) => {
  const argv = ['keys', '--namespace', uniqueNamespace(), '--url', url, '--cursor', cursor]
  expect(await runCommand(argv)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--cursor must be one') as string,
  })
})
