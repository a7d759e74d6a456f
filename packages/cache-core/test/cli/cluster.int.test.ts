import { once } from 'node:events'
import { startRedisCluster } from '@vidnest/services'
import { Cluster } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { type Cache, createCache } from '../../src/index.ts'
import { testRedisUrl, uniqueNamespace } from '../support/connect.ts'
import { runCommand } from '../support/run-command.ts'

let nodes: Awaited<ReturnType<typeof startRedisCluster>>
let client: Cluster
let url = ''
const caches: Cache[] = []

beforeAll(async () => {
  nodes = await startRedisCluster({ masters: 3 })
  client = new Cluster([...nodes.nodes], {
    redisOptions: { maxRetriesPerRequest: 0 },
    enableOfflineQueue: false,
  })
  client.on('error', () => undefined)
  if (client.status !== 'ready') await once(client, 'ready')
  url = `redis://127.0.0.1:${String(nodes.nodes[1]?.port)}`
})

afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close()
})

afterAll(async () => {
  client.disconnect()
  await nodes.stop()
})

/** A namespace with entries on every master. */
async function prepare(entries = 60) {
  const namespace = uniqueNamespace()
  const cache = createCache({ redis: client, namespace, redisTimeout: '2s' })
  caches.push(cache)
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    tags: () => ['videos'],
    load: () => 'v',
  })
  await Promise.all(Array.from({ length: entries }, (_, id) => video.set({ id }, 'v')))
  const run = async (command: string, ...argv: string[]): Promise<Record<string, unknown>> => {
    const args = [command, ...argv, '--namespace', namespace, '--cluster', '--url', url, '--json']
    const { out, err } = await runCommand(args)
    expect(err).toBe('')
    return JSON.parse(out) as Record<string, unknown>
  }
  return { namespace, cache, video, run }
}

describe('on a Cluster', () => {
  test('every master is counted and listed', async () => {
    const { namespace, run } = await prepare()
    const { groups } = (await run('stats')) as { groups: { kind: string; keys: number }[] }
    expect(groups.map(({ kind, keys }) => [kind, keys])).toEqual([
      ['entry', 60],
      ['marker', 1],
      ['generation', 1],
    ])
    const found = new Set<string>()
    let cursor: string | null = null
    do {
      const page: Record<string, unknown> = await run(
        'keys',
        '--limit',
        '10',
        ...(cursor === null ? [] : ['--cursor', cursor]),
      )
      for (const { key } of page['keys'] as { key: string }[]) found.add(key)
      cursor = page['cursor'] as string | null
    } while (cursor !== null)
    expect(found.size).toBe(60)
    const helpers = (await run('keys', '--helpers', '--all'))['keys'] as { key: string }[]
    expect(helpers.map(({ key }) => key)).toEqual(
      expect.arrayContaining([`{${namespace}:~}generation`, `{${namespace}:~}tag:videos`]),
    )
  })

  test('an entry is inspected with the markers of another node', async () => {
    const { cache, run } = await prepare(10)
    expect(await run('inspect', 'video:1')).toMatchObject({
      state: 'fresh',
      tags: [{ tag: 'videos', state: 'good' }],
    })
    await cache.invalidate({ tag: 'videos' })
    expect(await run('inspect', 'video:1')).toMatchObject({ state: 'unusable', tags: [{ state: 'hard' }] })
  })

  test('keys, tags and patterns are invalidated on every node', async () => {
    const { run, video } = await prepare()
    expect(await run('invalidate', '--pattern', 'video:*', '--dry-run')).toMatchObject({ swept: 60 })
    expect(await run('invalidate', '--tag', 'videos', '--dry-run')).toMatchObject({ tagged: 60 })
    expect(await run('invalidate', '--key', 'video:1', '--key', 'video:2')).toMatchObject({ removed: 2 })
    expect(await run('invalidate', '--pattern', 'video:*')).toMatchObject({ removed: 58 })
    await video.set({ id: 1 }, 'v')
    await run('invalidate', '--tag', 'videos')
    expect(await video.has({ id: 1 })).toBe(false)
  })

  test('every master is examined', async () => {
    const { run } = await prepare(10)
    const { findings } = (await run('doctor')) as { findings: Finding[] }
    const find = (check: string): Finding[] => findings.filter((finding) => finding.check === check)
    expect(find('cluster')).toMatchObject([
      { level: 'ok', message: 'state ok, 3 masters, 16384 of 16384 slots served' },
    ])
    expect(find('server')).toHaveLength(1)
    expect(find('server')[0]?.message).toContain('part of a Cluster')
    expect(find('epoch')).toMatchObject([{ level: 'ok' }])
    expect(find('latency').length).toBeGreaterThan(0)
  })

  test('a bench leaves nothing behind on any node', async () => {
    const { code } = await runCommand(['bench', '--operations', '100', '--cluster', '--url', url])
    expect(code).toBe(0)
    const names = await Promise.all(client.nodes('master').map((node) => node.keys('*vidnest-cache-bench*')))
    expect(names.flat()).toEqual([])
  })

  test('namespaces are found on every master', async () => {
    const { namespace } = await prepare(1)
    const { code, err } = await runCommand(['stats', '--cluster', '--url', url])
    expect(code).toBe(2)
    expect(err).toContain(namespace)
  })
})

test('a Cluster is not taken for one server, nor one server for a Cluster', async () => {
  const alone = await runCommand(['stats', '--namespace', 'shop', '--url', url])
  expect(alone).toMatchObject({
    code: 2,
    err: 'vidnest-cache: this server is part of a Cluster: add --cluster\n',
  })
  const shared = testRedisUrl()
  const none = await runCommand(['stats', '--namespace', 'shop', '--url', shared, '--cluster'])
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining('leave out --cluster') as string })
})
