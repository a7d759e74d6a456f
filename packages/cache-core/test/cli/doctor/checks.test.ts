import { describe, expect, test } from 'vitest'
import { parseInfo } from '../../../src/cli/connection/info.ts'
import { checkClient } from '../../../src/cli/doctor/check-client.ts'
import { checkMemory } from '../../../src/cli/doctor/check-memory.ts'
import { checkPersistence } from '../../../src/cli/doctor/check-persistence.ts'
import { checkReplicas } from '../../../src/cli/doctor/check-replicas.ts'
import { checkServer } from '../../../src/cli/doctor/check-server.ts'
import { checkClocks, checkLatency } from '../../../src/cli/doctor/check-timing.ts'
import { joinFindings, ok, warn, type Finding } from '../../../src/cli/doctor/finding.ts'
import type { ServerFacts } from '../../../src/cli/doctor/server-facts.ts'

type Info = Readonly<Record<string, string | number>>

/** A server that is well, but for what is changed. */
function server(info: Info = {}, rest: Partial<ServerFacts> = {}): ServerFacts {
  const fields = {
    redis_version: '7.2.4',
    redis_mode: 'standalone',
    role: 'master',
    connected_clients: 10,
    maxclients: 10_000,
    used_memory: 50,
    maxmemory: 100,
    maxmemory_policy: 'allkeys-lru',
    evicted_keys: 0,
    ...info,
  }
  const text = Object.entries(fields).map(([field, value]) => `${field}:${String(value)}`)
  return {
    name: '127.0.0.1:6379',
    info: parseInfo(`# Server\r\n${text.join('\r\n')}\r\n`),
    config: new Map([['save', '']]),
    pingsMs: [1, 1, 1],
    skewMs: 0,
    refused: [],
    ...rest,
  }
}

const unknown = server({}, { info: undefined })

/** The levels of the findings of one check. */
function levels(findings: readonly Finding[], check: string): string[] {
  return findings.filter((finding) => finding.check === check).map(({ level }) => level)
}

test('every warning and problem says what to do', () => {
  const servers = [
    unknown,
    server({ redis_version: '6.0.16', role: 'slave', connected_clients: 9500 }, { refused: ['EVAL'] }),
    server({ maxmemory: 0, rdb_last_bgsave_status: 'err', aof_last_write_status: 'err' }, { pingsMs: [200] }),
    server(
      { maxmemory_policy: 'volatile-ttl', slave0: 'ip=1.1.1.1,port=1,state=wait_bgsave,lag=0' },
      { skewMs: 9999 },
    ),
    server({ maxmemory_policy: 'noeviction' }, { pingsMs: [20] }),
  ]
  const findings = servers.flatMap((each) => [
    ...checkServer(each),
    ...checkMemory(each, false),
    ...checkMemory(each, true),
    ...checkPersistence(each, true),
    ...checkReplicas(each),
    ...checkLatency(each),
    ...checkClocks([each]),
  ])
  const bad = findings.filter(({ level }) => level !== 'ok')
  expect(bad.length).toBeGreaterThan(15)
  expect(bad.filter(({ advice = '' }) => advice === '')).toEqual([])
})

describe('the server', () => {
  test.each([
    ['6.0.16', 'problem'],
    ['6.2.0', 'ok'],
    ['7.4.1', 'ok'],
    ['10.0.0', 'ok'],
  ])('%s is old enough or not: %s', (version, level) => {
    expect(levels(checkServer(server({ redis_version: version })), 'server')).toEqual([level])
  })

  test('is called by its product and mode', () => {
    const [finding] = checkServer(server({ valkey_version: '9.1.2', server_mode: 'cluster' }))
    expect(finding?.message).toBe('valkey 9.1.2, part of a Cluster')
  })

  test('that refuses INFO cannot tell a restart from none', () => {
    expect(levels(checkServer(unknown), 'info')).toEqual(['warn'])
    expect(levels(checkServer(server()), 'info')).toEqual(['ok'])
  })

  test('that is a replica, or loads its data, is not to be read from', () => {
    const replica = checkServer(server({ role: 'slave', master_host: 'db', master_port: 6379 }))
    expect(replica.find(({ check }) => check === 'role')).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('replica of db:6379') as string,
    })
    expect(levels(checkServer(server({ loading: 1 })), 'role')).toEqual(['problem'])
    expect(levels(checkServer(server()), 'role')).toEqual([])
  })

  test('lets this user do what the cache needs, or says what not', () => {
    const [, , finding] = checkServer(server({}, { refused: ['EVAL', 'SCAN'] }))
    expect(finding).toMatchObject({
      level: 'problem',
      message: 'this user may not run EVAL, SCAN',
      advice: 'allow it: ACL SETUSER <user> +eval +scan',
    })
  })

  test('has room for clients', () => {
    expect(levels(checkServer(server({ connected_clients: 9000 })), 'clients')).toEqual(['warn'])
    expect(levels(checkServer(server({ connected_clients: 8999 })), 'clients')).toEqual(['ok'])
  })
})

describe('memory', () => {
  test.each([
    [{ maxmemory_policy: 'allkeys-lru' }, false, 'ok'],
    [{ maxmemory_policy: 'allkeys-lfu' }, true, 'problem'],
    [{ maxmemory_policy: 'volatile-lru' }, false, 'ok'],
    [{ maxmemory_policy: 'volatile-lru' }, true, 'ok'],
    [{ maxmemory_policy: 'volatile-ttl' }, false, 'warn'],
    [{ maxmemory_policy: 'noeviction' }, false, 'warn'],
    [{ maxmemory_policy: 'noeviction' }, true, 'ok'],
    [{ maxmemory_policy: 'noeviction', used_memory: 95 }, true, 'problem'],
    [{ maxmemory_policy: 'noeviction', used_memory: 95 }, false, 'problem'],
    [{ maxmemory: 0 }, false, 'warn'],
    [{ maxmemory: 0, maxmemory_policy: 'noeviction' }, true, 'warn'],
  ])('%j with counters %s is %s', (info, counters, level) => {
    expect(levels(checkMemory(server(info), counters), 'memory')).toEqual([level])
  })

  test('is not judged where INFO is refused', () => {
    expect([
      ...checkMemory(unknown, true),
      ...checkPersistence(unknown, true),
      ...checkReplicas(unknown),
    ]).toEqual([])
  })
})

describe('persistence', () => {
  const always = new Map([['appendfsync', 'always']])
  const everySecond = new Map([['appendfsync', 'everysec']])

  test.each([
    ['entries need none', {}, new Map(), false, 'ok'],
    ['counters need an append-only file', {}, new Map([['save', '3600 1']]), true, 'problem'],
    ['counters need each write on disk', { aof_enabled: 1 }, everySecond, true, 'warn'],
    ['counters are safe with it', { aof_enabled: 1 }, always, true, 'ok'],
    ['an unknown fsync is not held against it', { aof_enabled: 1 }, new Map(), true, 'ok'],
    ['a failed snapshot stops all writes', { rdb_last_bgsave_status: 'err' }, new Map(), false, 'problem'],
    ['a failed append-only file stops all writes', { aof_last_write_status: 'err' }, always, true, 'problem'],
  ])('%s', (_why, info: Info, config: ReadonlyMap<string, string>, counters, level) => {
    expect(levels(checkPersistence(server(info, { config }), counters), 'persistence')).toEqual([level])
  })
})

describe('replicas', () => {
  const online = 'ip=10.0.0.2,port=6379,state=online,offset=1,lag=0'

  test('that are online and near are good', () => {
    expect(checkReplicas(server({ slave0: online, slave1: online }))[0]).toMatchObject({
      level: 'ok',
      message: expect.stringContaining('2 replicas online') as string,
    })
    expect(levels(checkReplicas(server()), 'replicas')).toEqual(['ok'])
  })

  test('that are not yet online, or far behind, are named', () => {
    const [finding] = checkReplicas(
      server({ slave0: online, slave1: 'ip=10.0.0.3,port=6380,state=online,offset=1,lag=90' }),
    )
    expect(finding).toMatchObject({ level: 'warn', message: '10.0.0.3:6380 online, 1 m 30 s behind' })
  })
})

describe('time', () => {
  test.each([
    [[0.5, 0.6, 3], 'ok'],
    [[12, 12, 12], 'warn'],
    [[0.5, 0.6, 150], 'warn'],
    [[120, 130, 140], 'problem'],
  ])('PINGs of %j ms are %s', (pingsMs, level) => {
    expect(levels(checkLatency(server({}, { pingsMs })), 'latency')).toEqual([level])
  })

  test('clocks that agree are good, and those that do not are told apart', () => {
    expect(checkClocks([server({}, { skewMs: -900 })])[0]?.level).toBe('ok')
    expect(checkClocks([server({}, { skewMs: -5000 })])[0]?.message).toContain('5.0 s behind this machine’s')
    expect(checkClocks([server({}, { skewMs: 5000 })])[0]?.message).toContain('5.0 s ahead of this machine’s')
    const apart = checkClocks([server({}, { skewMs: -600 }), server({}, { skewMs: 600 })])
    expect(apart[0]?.message).toContain('the clocks of the masters differ by 1.2 s')
  })
})

describe('the client', () => {
  const connection = {
    client: {} as never,
    shown: 'redis://a',
    masters: () => [],
    close: () => undefined,
    isCluster: false,
    libraryVersion: '6.0.0',
    hasKeyPrefix: false,
  }

  test.each([
    ['5.3.9', 'problem'],
    ['5.4.0', 'ok'],
    ['6.0.0', 'ok'],
    ['4.28.5', 'problem'],
  ])('ioredis %s is %s', (libraryVersion, level) => {
    expect(levels(checkClient({ ...connection, libraryVersion }), 'client')).toEqual([level])
  })

  test('is advised the profile that fits', () => {
    expect(checkClient(connection)[0]?.advice).toContain("redisProfile('cache')")
    expect(checkClient({ ...connection, isCluster: true })[0]?.advice).toContain("redisProfile('cluster')")
  })

  test('must have no keyPrefix', () => {
    expect(levels(checkClient(connection), 'keyPrefix')).toEqual(['ok'])
    expect(levels(checkClient({ ...connection, hasKeyPrefix: true }), 'keyPrefix')).toEqual(['problem'])
  })
})

test('what all servers share is said once, and the rest by name, check by check', () => {
  const shared = ok('server', 'redis 7.2.4')
  const joined = joinFindings([
    { name: 'a:1', findings: [shared, ok('memory', '1 MiB'), ok('latency', '1 ms')] },
    { name: 'b:2', findings: [shared, warn('memory', '2 MiB', 'do'), ok('latency', '1 ms')] },
  ])
  expect(joined).toEqual([
    shared,
    ok('memory', 'a:1: 1 MiB'),
    warn('memory', 'b:2: 2 MiB', 'do'),
    ok('latency', '1 ms'),
  ])
})
