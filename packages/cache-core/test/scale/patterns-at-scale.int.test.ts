import { startRedisCluster } from '@vidnest/services'
import type { Cluster, Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'
import { createCache, type Cache, type RedisArgument } from '../../src/index.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { closeClusterLabs, connectCluster } from '../support/cluster-lab.ts'
import { closeAll, closeLater, connect, uniqueNamespace } from '../support/connect.ts'
import { fillRaw } from '../support/fill-raw.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await closeClusterLabs()
  await stopServers()
})

const owners = 20
const pages = 10_000
const count = owners * pages

function defineList(cache: Cache) {
  return cache.define({
    key: 'list:owner:{owner}:page:{page}',
    policy: { ttl: '10m' },
    load: () => 'loaded',
  })
}

const keysOf = function* (list: ReturnType<typeof defineList>, from = 1): Iterable<string> {
  for (let owner = from; owner <= owners; owner += 1)
    for (let page = 1; page <= pages; page += 1) yield list.key({ owner, page })
}

/** A cache with 200,000 entries, of which 10,000 are to go: a glob for owner 1 also finds the owners 10 to 19. */
async function fill(redis: Redis | Cluster) {
  const cache = createCache({ redis, namespace: uniqueNamespace(), redisTimeout: '5s' })
  closeLater(() => cache.close())
  const list = defineList(cache)
  await list.set({ owner: 1, page: 1 }, 'first')
  await fillRaw(redis, { cache, keys: keysOf(list) })
  return { cache, list }
}

/** The entries that are left on some servers, without the namespace. */
async function entriesLeft({ namespace }: Cache, nodes: readonly Redis[]): Promise<Set<string>> {
  const left = new Set<string>()
  for (const node of nodes) {
    for (let cursor = '', names: string[] = []; cursor !== '0';) {
      ;[cursor, names] = await node.scan(cursor === '' ? '0' : cursor, 'COUNT', 20_000)
      for (const name of names)
        if (name.startsWith(`${namespace}:`)) left.add(name.slice(namespace.length + 1))
    }
  }
  for (const name of left) if (name.startsWith('~')) left.delete(name)
  return left
}

/** Whether exactly these are left, without a message of 200,000 lines where they are not. */
function expectExactly(left: ReadonlySet<string>, wanted: Iterable<string>): void {
  const missing: string[] = []
  let size = 0
  for (const key of wanted) {
    size += 1
    if (!left.has(key)) missing.push(key)
  }
  expect(missing.slice(0, 10)).toEqual([])
  expect(left.size).toBe(size)
}

interface Sent {
  readonly command: string
  readonly args: readonly RedisArgument[]
}

/** Notes what some clients send from now on. */
function noteCommands(clients: readonly (Redis | Cluster)[]): Sent[] {
  const sent: Sent[] = []
  for (const client of clients) {
    const call = client.call.bind(client) as (command: string, ...args: RedisArgument[]) => Promise<unknown>
    vi.spyOn(client, 'call').mockImplementation((command: string, ...args: unknown[]) => {
      sent.push({ command, args: args as RedisArgument[] })
      return call(command, ...(args as RedisArgument[]))
    })
  }
  return sent
}

/** How long a command holds its server up follows from how much it looks at. */
function expectSmallSteps(sent: readonly Sent[], namesOfScript: number): void {
  const scans = sent.filter(({ command }) => command === 'SCAN')
  const { sha, lua } = scripts.sweep
  const sweeps = sent.filter(({ args }) => args[0] === sha || args[0] === lua)
  const others = sent.filter((one) => !scans.includes(one) && !sweeps.includes(one))
  // A step looks at buckets, which hold more or less than one name each.
  expect(scans.length).toBeGreaterThan(count / 1000)
  expect(new Set(scans.map(({ args }) => args.slice(-2).join(' ')))).toEqual(new Set(['COUNT 500']))
  expect(sweeps.length).toBeGreaterThanOrEqual(pages / namesOfScript)
  expect(Math.max(...sweeps.map(({ args }) => Number(args[1])))).toBeLessThanOrEqual(namesOfScript)
  // How the slots lie, and the message to other processes.
  const harmless = ['CLUSTER', 'PUBLISH']
  expect(
    others
      .filter(({ command }) => !harmless.includes(command))
      .map(({ command, args }) => [command, args[0]]),
  ).toEqual([])
}

test('rule 13: 10,000 of 200,000 keys are removed, exactly these, in small steps, with progress', async () => {
  const redis = await connect((await ownRedis()).url)
  const { cache, list } = await fill(redis)
  const sent = noteCommands([redis])
  const progress: number[] = []
  const report = await list.invalidateMatching(
    { owner: 1 },
    { onProgress: ({ scanned }) => progress.push(scanned) },
  )
  expect(report.removed).toBe(pages)
  expect(report.scanned).toBeLessThan(count)
  expectExactly(await entriesLeft(cache, [redis]), keysOf(list, 2))
  expectSmallSteps(sent, 100)
  expect(progress.length).toBeGreaterThan(100)
  expect(progress).toEqual(progress.toSorted((a, b) => a - b))
}, 60_000)

test('rule 13: the same on a Cluster of three masters', async () => {
  const servers = await startRedisCluster({ masters: 3 })
  closeLater(() => servers.stop())
  const client = await connectCluster(servers, { commandTimeout: 20_000, socketTimeout: 20_000 })
  const { cache, list } = await fill(client)
  const masters = client.nodes('master')
  const sent = noteCommands([client, ...masters])
  const report = await list.invalidateMatching({ owner: 1 })
  expect(report.removed).toBe(pages)
  expectExactly(await entriesLeft(cache, masters), keysOf(list, 2))
  // Names of one page are in as many slots, and a script's are in one.
  expectSmallSteps(sent, 1)
}, 120_000)
