import { describe, expect, test } from 'vitest'
import type { RedisClusterLike, RedisLike } from '../../src/index.ts'
import { createChaos, type Chaos, type ChaosFaults } from '../../src/testing/index.ts'
import { EagerClock } from '../support/eager-clock.ts'
import { memorySubject } from '../support/store-subjects.ts'

/** A client that notes what it is sent. */
function fakeClient() {
  const sent: string[] = []
  const listeners: string[] = []
  const client: RedisLike = {
    status: 'ready',
    options: { host: 'here' },
    call: (command, ...args) => {
      sent.push([command, ...args].join(' '))
      return Promise.resolve(`reply to ${command}`)
    },
    pipeline: (commands) => ({
      exec: () => {
        for (const command of commands) sent.push(command.join(' '))
        return Promise.resolve(commands.map((command) => [null, `reply to ${String(command[1])}`]))
      },
    }),
    on: (event) => listeners.push(`+${event}`),
    off: (event) => listeners.push(`-${event}`),
  }
  return { client, sent, listeners }
}

function chaosWith(faults: ChaosFaults, seed = 1): Chaos {
  const chaos = createChaos({ seed, clock: new EagerClock() })
  chaos.inject(faults)
  return chaos
}

/** Whether each of so many calls is answered, fails, or hangs. */
async function fates(client: RedisLike, calls: number): Promise<string[]> {
  const told = Array.from({ length: calls }, () =>
    client.call('GET', 'a').then(
      () => 'answered',
      () => 'failed',
    ),
  )
  const nothing = new Promise<string>((resolve) => setImmediate(() => setImmediate(resolve, 'silent')))
  return Promise.all(told.map((one) => Promise.race([one, nothing])))
}

describe('a client with trouble on its way', () => {
  test('has none at first, and none once it is calm again', async () => {
    const { client, sent } = fakeClient()
    const chaos = createChaos()
    const wrapped = chaos.redis(client)
    expect(await wrapped.call('GET', 'a')).toBe('reply to GET')
    chaos.inject({ errors: 1 })
    await expect(wrapped.call('GET', 'a')).rejects.toThrow('Connection is closed.')
    chaos.calm()
    expect(await wrapped.call('GET', 'a')).toBe('reply to GET')
    expect(sent).toEqual(['GET a', 'GET a'])
    expect([wrapped.status, wrapped.options]).toEqual(['ready', { host: 'here' }])
  })

  test.each([
    ['errors', 'failed', 0],
    ['hangs', 'silent', 0],
    ['lostReplies', 'silent', 1],
    ['partials', 'answered', 1],
  ] as const)('%s: a call is %s, and sent %i times', async (kind, outcome, times) => {
    const { client, sent } = fakeClient()
    const chaos = chaosWith({ [kind]: 1 })
    expect(await fates(chaos.redis(client), 1)).toEqual([outcome])
    expect(sent).toHaveLength(times)
    expect(chaos.counts).toMatchObject({ operations: 1, [kind]: 1 })
  })

  test('meets its fates by chance, alike for the same seed', async () => {
    const told = async (seed: number): Promise<string[]> =>
      fates(chaosWith({ errors: 0.3, hangs: 0.3 }, seed).redis(fakeClient().client), 200)
    const [one, again, other] = [await told(7), await told(7), await told(8)]
    expect(one).toEqual(again)
    expect(one).not.toEqual(other)
    for (const fate of ['answered', 'failed', 'silent']) {
      expect(one.filter((each) => each === fate).length).toBeGreaterThan(30)
    }
  })

  test('takes its time, and concerns only what is meant', async () => {
    const { client } = fakeClient()
    const clock = new EagerClock()
    const chaos = createChaos({ clock })
    chaos.inject({ latency: ['10ms', '30ms'], errors: 1, only: (operation) => operation === 'EVALSHA' })
    const wrapped = chaos.redis(client)
    const start = clock.now()
    expect(await wrapped.call('get', 'a')).toBe('reply to get')
    expect(clock.now()).toBe(start)
    await expect(wrapped.call('evalsha', 'a')).rejects.toThrow('closed')
    expect(clock.now() - start).toBeGreaterThanOrEqual(10)
    expect(clock.now() - start).toBeLessThanOrEqual(30)
    expect(chaos.counts).toMatchObject({ operations: 1, errors: 1 })
  })

  test('does a part of a pipeline, and says of each command whether it was done', async () => {
    const { client, sent } = fakeClient()
    const commands = Array.from({ length: 20 }, (_, index) => ['unlink', `key-${index}`])
    const replies = (await chaosWith({ partials: 1 }).redis(client).pipeline(commands).exec()) ?? []
    expect(sent.length).toBeGreaterThan(0)
    expect(sent.length).toBeLessThan(20)
    const done = commands
      .filter((_, index) => replies[index]?.[0] === null)
      .map((command) => command.join(' '))
    expect(done).toEqual(sent)
    expect(
      replies.filter(([error]) => error === null).map(([, reply]) => `unlink ${String(reply).slice(9)}`),
    ).toEqual(sent)
  })

  test('is down, and tells those who listen to it when it goes and comes', async () => {
    const { client, listeners } = fakeClient()
    const chaos = createChaos()
    const wrapped = chaos.redis(client)
    const heard: string[] = []
    const close = (): unknown => heard.push('close')
    wrapped.on('close', close)
    wrapped.on('ready', () => heard.push('ready'))
    chaos.inject({ down: true })
    expect(wrapped.status).toBe('reconnecting')
    await expect(wrapped.call('GET', 'a')).rejects.toThrow('Connection is closed.')
    chaos.inject({ down: true, latency: '5ms' })
    wrapped.off('close', close)
    chaos.calm()
    chaos.inject({ down: true })
    expect(heard).toEqual(['close', 'ready'])
    expect(listeners).toEqual(['+close', '+ready', '-close'])
  })

  test('says nothing while it is down, whatever the real one says, and neither do its duplicates', async () => {
    const heard: string[] = []
    const emitters: ((event: string) => void)[] = []
    const connectable = (): RedisLike & { duplicate(): RedisLike; connect(): Promise<string> } => {
      const listeners = new Map<string, () => void>()
      emitters.push((event) => listeners.get(event)?.())
      return {
        ...fakeClient().client,
        on: (event, listener) => listeners.set(event, listener),
        duplicate: connectable,
        connect: () => Promise.resolve('connected'),
      }
    }
    const chaos = createChaos()
    const clients = [chaos.redis(connectable())]
    clients.push((clients[0]?.duplicate() ?? clients[0]) as (typeof clients)[0])
    for (const client of clients) client.on('message', () => heard.push('message'))
    for (const isDown of [false, true, false]) {
      chaos.inject({ down: isDown })
      for (const emit of emitters) emit('message')
      const connected = await Promise.allSettled(clients.map((client) => client.connect()))
      heard.push(...connected.map(({ status }) => status))
    }
    const up = ['message', 'message', 'fulfilled', 'fulfilled']
    expect(heard).toEqual([...up, 'rejected', 'rejected', ...up])
  })

  test('has nodes with the same trouble, each wrapped once', async () => {
    const { client: node } = fakeClient()
    const cluster: RedisClusterLike = {
      ...fakeClient().client,
      isCluster: true,
      slots: [['a']],
      nodes: () => [node],
      refreshSlotsCache: () => undefined,
    }
    const wrapped = chaosWith({ errors: 1 }).redis(cluster)
    const [first] = wrapped.nodes('master')
    expect(wrapped.nodes('all')[0]).toBe(first)
    await expect(first?.call('SCAN', '0')).rejects.toThrow('closed')
    expect(wrapped.slots).toBe(cluster.slots)
  })
})

describe('a store with trouble on its way', () => {
  test('fails as a store does, with an error of this package', async () => {
    const { store } = memorySubject()
    const failing = chaosWith({ errors: 1 }).store(store)
    await expect(failing.read('a', [])).rejects.toMatchObject({ code: 'E_CACHE_STORE', operation: 'read' })
    const silent = chaosWith({ hangs: 1 }).store(store)
    await expect(silent.read('a', [])).rejects.toMatchObject({ code: 'E_CACHE_TIMEOUT', phase: 'store' })
    const down = chaosWith({ down: true }).store(store)
    await expect(down.trust()).rejects.toMatchObject({ code: 'E_CACHE_STORE' })
  })

  test('may do what its caller has given up, later', async () => {
    const { store } = memorySubject()
    const clock = new EagerClock()
    const chaos = createChaos({ clock })
    const lossy = chaos.store(store)
    const request = { key: 'a', tags: [], judged: '', intent: 'load', lifeMs: 1000 } as const
    chaos.inject({ lostReplies: 1 })
    const found: boolean[] = []
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await store.invalidateKeys(['a'], 'hard')
      await expect(lossy.acquire(request)).rejects.toMatchObject({ code: 'E_CACHE_TIMEOUT' })
      found.push((await store.read('a', [])).slot !== null)
      await new Promise<void>((resolve) => void clock.setTimer(1000, resolve))
      expect((await store.read('a', [])).slot).not.toBeNull()
    }
    expect(new Set(found)).toEqual(new Set([true, false]))
  })

  test('does a part of what is asked for many, and fails', async () => {
    const { store } = memorySubject()
    const request = { tags: [], judged: '', intent: 'load', lifeMs: 1000 } as const
    const keys = ['a', 'b', 'c', 'd']
    for (const key of keys) await store.acquire({ ...request, key })
    await expect(chaosWith({ partials: 1 }).store(store).invalidateKeys(keys, 'hard')).rejects.toThrow('fail')
    const left = await store.readMany(keys.map((key) => ({ key, tags: [] })))
    expect(left.map(({ slot }) => slot !== null)).toEqual([false, false, true, true])
  })
})

test.each([
  [{ errors: 2 }, 'errors'],
  [{ hangs: -0.1 }, 'hangs'],
  [{ errors: 0.6, hangs: 0.6 }, 'errors + hangs + lostReplies + partials'],
  [{ latency: ['5ms', '1ms'] }, 'latency'],
  [{ latency: 5 }, 'latency'],
  [{ error: 1 }, 'error'],
])('faults of %j are refused, naming the bad one', (faults, path) => {
  expect(() => createChaos().inject(faults as ChaosFaults)).toThrow(
    expect.objectContaining({ path }) as Error,
  )
})
