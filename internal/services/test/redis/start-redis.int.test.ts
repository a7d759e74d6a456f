import { stat } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { ServerStartError } from '../../src/errors.ts'
import type { RedisServer, StartRedisOptions } from '../../src/redis/redis-server.ts'
import { startRedis } from '../../src/redis/start-redis.ts'
import { isRunning, processState } from '../support/process-state.ts'
import { until } from '../support/until.ts'

const closing: (() => Promise<void> | void)[] = []

const start = async (options?: StartRedisOptions): Promise<RedisServer> => {
  const server = await startRedis(options)
  closing.push(() => server.stop())
  return server
}

const connect = (server: RedisServer): Redis => {
  const client = new Redis(server.url)
  client.on('error', () => undefined)
  closing.push(() => client.disconnect())
  return client
}

const folderOf = async (client: Redis): Promise<string> => {
  const [, folder] = (await client.config('GET', 'dir')) as [string, string]
  return folder
}

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

describe('startRedis', () => {
  it('starts a process of its own each time, empty, on loopback', async () => {
    const [one, two] = await Promise.all([start(), start()])
    await connect(one).set('key', 'value')

    expect(one.pid).not.toBe(two.pid)
    expect(one.port).not.toBe(two.port)
    expect(await connect(two).dbsize()).toBe(0)
    expect(await connect(one).info('server')).toContain(`process_id:${one.pid}\r`)
    expect(await connect(one).config('GET', 'bind')).toEqual(['bind', '127.0.0.1'])
  })

  it.each([
    ['redis-6.2', 'redis', /^6\.2\./],
    ['redis', 'redis', /^([7-9]|\d\d)\./],
    ['valkey', 'valkey', /^(9|\d\d)\./],
  ] as const)('runs %s when asked to', async (binary, product, version) => {
    const server = await start({ binary })

    expect(server.product).toBe(product)
    expect(server.version).toMatch(version)
    expect(await connect(server).ping()).toBe('PONG')
  })

  it('removes process and folder on stop, which may be called twice', async () => {
    const server = await start()
    const client = connect(server)
    const folder = await folderOf(client)
    client.disconnect()

    await Promise.all([server.stop(), server.stop()])

    expect(isRunning(server.pid)).toBe(false)
    await expect(stat(folder)).rejects.toThrow('ENOENT')
  })

  it('stops a paused server', async () => {
    const server = await start()
    await server.pause()

    await server.stop()

    expect(isRunning(server.pid)).toBe(false)
  })

  it('freezes on pause and goes on after resume', async () => {
    const server = await start()
    const client = connect(server)
    await client.ping()

    await server.pause()
    await until(() => processState(server.pid).startsWith('T'))
    const answer = client.ping()
    await server.resume()

    expect(await answer).toBe('PONG')
  })

  it('comes back on its port after kill and restart, without its data unless it keeps them', async () => {
    const forgetful = await start()
    const keeping = await start({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] })
    for (const server of [forgetful, keeping]) {
      const { port, pid } = server
      await connect(server).set('key', 'value')
      await server.kill()
      await server.restart()
      expect(server.port).toBe(port)
      expect(server.pid).not.toBe(pid)
    }

    expect(await connect(forgetful).get('key')).toBeNull()
    expect(await connect(keeping).get('key')).toBe('value')
  })

  it('keeps what --save wrote when a running server is restarted', async () => {
    const server = await start({ args: ['--save', '3600 1'] })
    await connect(server).set('key', 'value')

    await server.restart()

    expect(await connect(server).get('key')).toBe('value')
  })

  it('puts a password into the address', async () => {
    const server = await start({ args: ['--requirepass', 'se:cret'] })

    expect(await connect(server).ping()).toBe('PONG')
  })

  it('says which port is in use', async () => {
    const { port } = await start()

    const error = await startRedis({ port }).catch((reason: unknown) => reason)

    expect(error).toBeInstanceOf(ServerStartError)
    expect((error as Error).message).toContain(`Port ${port} on 127.0.0.1 is in use`)
  })

  it('repeats the server’s own words when it refuses its options', async () => {
    await expect(startRedis({ args: ['--no-such-option', 'x'] })).rejects.toThrow(
      /did not come up on port \d+: .*Bad directive/,
    )
  })
})
