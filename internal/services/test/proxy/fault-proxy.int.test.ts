import { connect, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { startFaultProxy, type FaultProxy } from '../../src/proxy/fault-proxy.ts'
import { syncAtOnce } from '../../src/redis/await-replicas.ts'
import { connectedRedisBinary } from '../../src/redis/redis-resolvers.ts'
import { startRedis } from '../../src/redis/start-redis.ts'
import { until } from '../support/until.ts'

let proxy: FaultProxy
const sockets: Socket[] = []
const clients: Redis[] = []

beforeEach(async () => {
  const { hostname, port } = new URL(inject('redisUrl'))
  proxy = await startFaultProxy({ host: hostname, port: Number(port) })
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  for (const socket of sockets.splice(0)) socket.destroy()
  await proxy.stop()
})

/** What a plain client hears: its bytes, and how its connection ended. */
interface Conversation {
  socket: Socket
  parts: string[]
  text: () => string
  ended: Promise<string>
}

const talk = async (): Promise<Conversation> => {
  const socket = connect(proxy.port, proxy.host)
  sockets.push(socket)
  const parts: string[] = []
  let ending = 'end'
  socket.setEncoding('utf8')
  socket.on('data', (part: string) => parts.push(part))
  socket.on('error', (error: NodeJS.ErrnoException) => (ending = error.code ?? error.message))
  const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(ending)))
  await Promise.race([new Promise((resolve) => socket.on('connect', resolve)), ended])
  return { socket, parts, text: () => parts.join(''), ended }
}

const login = (): string => {
  const { password } = new URL(inject('redisUrl'))
  return password === '' ? '' : `AUTH ${decodeURIComponent(password)}\r\n`
}

const redis = (): Redis => {
  const url = new URL(inject('redisUrl'))
  url.host = `${proxy.host}:${proxy.port}`
  const client = new Redis(url.href, { maxRetriesPerRequest: 0, retryStrategy: () => 20 })
  client.on('error', () => undefined)
  clients.push(client)
  return client
}

/** A client that does not go through the proxy. */
const direct = (): Redis => {
  const client = new Redis(inject('redisUrl'))
  clients.push(client)
  return client
}

const ready = async (client: Redis): Promise<Redis> => {
  await until(() => client.status === 'ready')
  return client
}

describe('new connections', () => {
  it('are served while the link is healthy', async () => {
    const { socket, text } = await talk()
    socket.write(`${login()}ECHO hello\r\n`)
    await until(() => text().includes('hello'))
    expect(proxy).toMatchObject({ accepted: 1, open: 1 })
  })

  it('are refused, and served on the same port again', async () => {
    await proxy.set({ accept: 'refuse' })
    expect(await (await talk()).ended).toBe('ECONNREFUSED')
    await proxy.heal()
    const { socket, text } = await talk()
    socket.write('PING\r\n')
    await until(() => text() !== '')
  })

  it('hang, and are cut when the link heals', async () => {
    await proxy.set({ accept: 'hang' })
    const { socket, text, ended } = await talk()
    socket.write('PING\r\n')
    await until(() => proxy.open === 1)
    await proxy.heal()
    await ended
    expect(text()).toBe('')
  })

  it('are closed at once', async () => {
    await proxy.set({ accept: 'close' })
    const { text, ended } = await talk()
    await ended
    expect(text()).toBe('')
    expect(proxy.accepted).toBe(1)
  })
})

describe('a black hole', () => {
  it('to the client holds replies back until the link heals, while commands are done', async () => {
    const client = await ready(redis())
    await proxy.set({ toClient: { blackHole: true } })
    const stuck = client.incr('black-hole')
    await until(async () => (await direct().get('black-hole')) === '1')
    await proxy.heal()
    expect(await stuck).toBe(1)
    expect(await client.del('black-hole')).toBe(1)
  })

  it('to the server holds commands back until the link heals', async () => {
    const client = await ready(redis())
    await client.set('black-hole', '1')
    await proxy.set({ toServer: { blackHole: true } })
    const stuck = client.getdel('black-hole')
    expect(await direct().get('black-hole')).toBe('1')
    await proxy.heal()
    expect(await stuck).toBe('1')
  })

  it('keeps a server waiting that sends much, until the server gives up', async () => {
    const server = await startRedis({ args: ['--client-output-buffer-limit', 'pubsub 65536 65536 1'] })
    proxy.retarget(server)
    const [subscriber, admin] = [new Redis(proxy.url), new Redis(server.url)]
    clients.push(subscriber, admin)
    subscriber.on('error', () => undefined)
    await subscriber.subscribe('too-much')
    await proxy.set({ toClient: { blackHole: true } })
    const listeners = async (): Promise<unknown> =>
      ((await admin.pubsub('NUMSUB', 'too-much')) as unknown[])[1]
    while ((await listeners()) !== 0) await admin.publish('too-much', 'x'.repeat(1_000_000))
    const closed = new Promise((resolve) => subscriber.once('close', resolve))
    await proxy.heal()
    await closed
    await until(async () => (await listeners()) === 1)
    expect(proxy.accepted).toBe(2)
    await server.stop()
  })

  it('hides that the client has gone', async () => {
    await proxy.set({ toServer: { blackHole: true } })
    const { socket } = await talk()
    await until(() => proxy.open === 1)
    socket.destroy()
    const second = await talk()
    await until(() => proxy.accepted === 2)
    expect(proxy.open).toBe(2)
    second.socket.destroy()
    await proxy.heal()
    await until(() => proxy.open === 0)
  })
})

it('delays each part in both directions, but does not lose their order', async () => {
  await proxy.set({ toServer: { latencyMs: 30 }, toClient: { latencyMs: 30 } })
  const client = await ready(redis())
  const startedAt = performance.now()
  const replies = await Promise.all(Array.from({ length: 50 }, (_, index) => client.echo(String(index))))
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59)
  expect(replies).toEqual(replies.map((_, index) => String(index)))
})

it('lets only so many bytes pass in a second', async () => {
  const { socket, text } = await talk()
  const line = 'x'.repeat(2000)
  await proxy.set({ toClient: { bytesPerSecond: 10_000 } })
  const startedAt = performance.now()
  socket.write(`${login()}ECHO ${line}\r\n`)
  await until(() => text().includes(line))
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(150)
})

it('slices what it passes', async () => {
  const client = await ready(redis())
  await proxy.set({ toServer: { sliceBytes: 1 }, toClient: { sliceBytes: 3 } })
  expect(await client.echo('a text in small pieces')).toBe('a text in small pieces')
  const { socket, parts, text } = await talk()
  socket.write(`${login()}ECHO 0123456789\r\n`)
  await until(() => text().includes('0123456789'))
  expect(parts.length).toBeGreaterThan(1)
})

it('resets a connection after so many bytes', async () => {
  await proxy.set({ toClient: { limitBytes: 5 } })
  const { socket, text, ended } = await talk()
  socket.write(`ECHO ${'x'.repeat(100)}\r\n`)
  expect(await ended).toBe('ECONNRESET')
  expect(text()).toHaveLength(5)
})

it('resets all connections at once', async () => {
  const [one, two] = [await talk(), await talk()]
  await until(() => proxy.open === 2)
  proxy.resetAll()
  expect(await Promise.all([one.ended, two.ended])).toEqual(['ECONNRESET', 'ECONNRESET'])
  await until(() => proxy.open === 0)
})

describe('a lost reply', () => {
  it('is that of a command which was done, and its connection is gone', async () => {
    const client = await ready(redis())
    const lost = proxy.loseReply({ command: 'incr', after: 1 })
    expect(await client.incr('lost-reply')).toBe(1)
    const answers = await Promise.allSettled([
      client.get('lost-reply'),
      client.incr('lost-reply'),
      client.get('lost-reply'),
    ])
    await lost
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    await ready(client)
    expect(await client.getdel('lost-reply')).toBe('2')
  })

  it('may be told by the words of its command, also among sliced bytes', async () => {
    const client = await ready(redis())
    await proxy.set({ toServer: { sliceBytes: 4 }, toClient: { sliceBytes: 4 } })
    const lost = proxy.loseReply({ command: (words) => words[1] === 'lost-second' })
    await client.set('lost-first', '1')
    await expect(client.set('lost-second', '1')).rejects.toThrow('max retries per request')
    await lost
    await ready(client)
    expect(await client.del('lost-first', 'lost-second')).toBe(2)
  })

  it.each([2, 3] as const)('may be one of a subscription on RESP %i', async (protocol) => {
    const url = new URL(inject('redisUrl'))
    url.host = `${proxy.host}:${proxy.port}`
    const subscriber = new Redis(url.href, { protocol, retryStrategy: () => 20 })
    subscriber.on('error', () => undefined)
    clients.push(subscriber)
    const heard: string[] = []
    subscriber.on('message', (channel: string, message: string) => heard.push(`${channel} ${message}`))
    await subscriber.subscribe('one', 'two')
    await direct().publish('one', 'before')
    await until(() => heard.length === 1)
    const lost = proxy.loseReply({
      command: ([name = '', channel]) => /^subscribe$/i.test(name) && channel === 'three',
    })
    await subscriber.subscribe('three')
    await lost
    await direct().publish('three', 'after')
    await until(() => heard.length === 2)
    expect(heard).toEqual(['one before', 'three after'])
  })
})

it('carries a replica’s data, and leads new connections elsewhere when it is told to', async () => {
  const binary = connectedRedisBinary()
  const master = await startRedis({ binary, args: [...syncAtOnce] })
  proxy.retarget(master)
  const replica = await startRedis({ binary, args: ['--replicaof', proxy.host, String(proxy.port)] })
  const [source, copy] = [new Redis(master.url), new Redis(replica.url)]
  clients.push(source, copy)
  await source.set('copied', 'x'.repeat(100_000))
  await until(async () => (await copy.strlen('copied')) === 100_000)
  await proxy.set({ toClient: { blackHole: true } })
  await source.set('copied', 'later')
  expect(await copy.strlen('copied')).toBe(100_000)
  await proxy.heal()
  await until(async () => (await copy.get('copied')) === 'later')
  await Promise.all([master.stop(), replica.stop()])
})
