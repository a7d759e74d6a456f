import { afterEach, expect, test, vi } from 'vitest'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { closeAll, connect, connectCache } from '../../support/connect.ts'
import { runCommand } from '../../support/run-command.ts'
import { ownRedis, stopServers } from '../../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

async function examine(
  url: string,
  ...argv: string[]
): Promise<{ code: number; findings: Record<string, Finding[]> }> {
  const { code, out, err } = await runCommand(['doctor', '--url', url, '--json', ...argv])
  expect(err).toBe('')
  const { findings, problems } = JSON.parse(out) as { findings: Finding[]; problems: number }
  expect(code).toBe(problems === 0 ? 0 : 1)
  return {
    code,
    findings: Object.fromEntries(
      findings.map(({ check }) => [check, findings.filter((found) => found.check === check)]),
    ),
  }
}

test('a server that fits a cache has no problem, and the namespaces are named', async () => {
  const server = await ownRedis(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'])
  const { cache } = await connectCache({ namespace: 'shop' }, server.url)
  const video = cache.define({
    key: 'video:{id}',
    policy: { ttl: '5m' },
    tags: () => ['videos'],
    load: () => 'v',
  })
  await video.set({ id: 1 }, 'v')
  const { code, findings } = await examine(server.url)
  expect(code).toBe(0)
  for (const check of ['server', 'info', 'permissions', 'memory', 'persistence', 'replicas', 'keyPrefix'])
    expect(findings[check]).toMatchObject([{ level: 'ok' }])
  expect(findings['namespace']).toMatchObject([
    { level: 'warn', message: expect.stringContaining('found here: shop') as string },
  ])
  const known = await examine(server.url, '--namespace', 'shop')
  for (const check of ['namespace', 'epoch', 'TTL'])
    expect(known.findings[check]).toMatchObject([{ level: 'ok' }])
  const text = (await runCommand(['doctor', '--url', server.url, '--namespace', 'shop'])).out
  expect(text).toMatch(/^ok {7}memory {7}[\d.]+ [KM]iB of 100\.0 MiB used .*allkeys-lru/m)
  expect(text).toMatch(/\n0 problems, \d+ warnings? at redis:\/\/127\.0\.0\.1:\d+\n$/)
})

test('counters on a server that evicts and forgets are problems', async () => {
  const server = await ownRedis(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'])
  const { cache } = await connectCache({ namespace: 'shop' }, server.url)
  const sink = { apply: () => Promise.resolve(), lastApplied: () => Promise.resolve(0) }
  await cache
    .counter({ key: 'views:{id}', seed: () => ({ value: 0, applied: 0 }), sink })
    .increment({ id: 1 })
  const { code, findings } = await examine(server.url, '--namespace', 'shop')
  expect(code).toBe(1)
  expect(findings['memory']).toMatchObject([
    { level: 'problem', advice: expect.stringContaining('noeviction') as string },
  ])
  expect(findings['persistence']).toMatchObject([
    { level: 'problem', advice: expect.stringContaining('appendonly') as string },
  ])
})

test('what the keys tell is told: no TTL, too large, other programs’, another epoch', async () => {
  const server = await ownRedis()
  const { cache, redis } = await connectCache({ namespace: 'shop' }, server.url)
  const lasting = cache.define({ key: 'lasting:{id}', policy: { ttl: 'forever' }, load: () => 'v' })
  await lasting.set({ id: 1 }, 'v')
  const large = cache.define({
    key: 'large:{id}',
    maxValueBytes: 2 ** 22,
    policy: { ttl: '5m' },
    load: () => 'v',
  })
  await large.set({ id: 1 }, 'x'.repeat(2 ** 20))
  await redis.set('shop:mine', 'x')
  const { findings } = await examine(server.url, '--namespace', 'shop')
  expect(findings['TTL']?.map(({ level, message }) => `${level} ${message}`).sort()).toEqual([
    'warn 1 entry without one, such as lasting:1',
    'warn 1 key of other programs without one, such as mine',
  ])
  expect(findings['size']).toMatchObject([
    { level: 'warn', message: expect.stringContaining('large:1') as string },
  ])
  await redis.set('shop:~generation', '0000000000000001 epoch-01 another-run-id')
  expect((await examine(server.url, '--namespace', 'shop')).findings['epoch']).toMatchObject([
    { level: 'warn' },
  ])
  await redis.unlink('shop:~generation')
  expect((await examine(server.url, '--namespace', 'shop')).findings['epoch']).toMatchObject([
    { level: 'warn', message: expect.stringContaining('generation is missing') as string },
  ])
  expect((await examine(server.url, '--namespace', 'empty')).findings['namespace']).toMatchObject([
    { level: 'warn', message: 'it has no keys' },
  ])
})

test('a user without the commands of the cache is told which to allow', async () => {
  const server = await ownRedis()
  const redis = await connect(server.url)
  await redis.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~shop:*', '+@all', '-info', '-eval')
  const at = `redis://app:pw@127.0.0.1:${String(server.port)}`
  const { code, findings } = await examine(at, '--namespace', 'shop')
  expect(code).toBe(1)
  expect(findings['info']).toMatchObject([
    { level: 'warn', advice: expect.stringContaining('+info') as string },
  ])
  expect(findings['permissions']).toMatchObject([{ level: 'problem', message: 'this user may not run EVAL' }])
  const elsewhere = await examine(at, '--namespace', 'blog')
  expect(elsewhere.findings['permissions']).toMatchObject([
    { level: 'problem', message: 'this user may not run EVAL, GET, MGET, UNLINK' },
  ])
  expect(elsewhere.findings['namespace']).toMatchObject([{ level: 'problem' }])
})

test('a replica is a problem, and its master names it', async () => {
  const master = await ownRedis(['--repl-diskless-sync-delay', '0'])
  const replica = await ownRedis(['--replicaof', '127.0.0.1', String(master.port)])
  const redis = await connect(replica.url)
  await vi.waitFor(async () => expect(await redis.info('replication')).toContain('master_link_status:up'), {
    timeout: 20_000,
  })
  const { code, findings } = await examine(replica.url)
  expect(code).toBe(1)
  expect(findings['role']).toMatchObject([
    {
      level: 'problem',
      message: expect.stringContaining(`replica of 127.0.0.1:${String(master.port)}`) as string,
    },
  ])
  const write = ['invalidate', '--namespace', 'shop', '--tag', 'videos', '--url', replica.url]
  expect((await runCommand(write)).code).toBe(1)
  await vi.waitFor(async () => {
    const { findings: ofMaster } = await examine(master.url)
    expect(ofMaster['replicas']).toMatchObject([
      { level: 'ok', message: expect.stringContaining('1 replica online') as string },
    ])
  })
})

test('a keyPrefix in the address is a problem', async () => {
  const server = await ownRedis()
  const { code, findings } = await examine(`${server.url}?keyPrefix=app:`)
  expect([code, findings['keyPrefix']?.[0]?.level]).toEqual([1, 'problem'])
})
