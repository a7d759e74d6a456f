import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { closeAll, connect, connectCache } from '../support/connect.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await closeAll()
  await stopServers()
})

/** The command as a process of its own. */
function start(argv: readonly string[]): { child: ChildProcess; err: () => string } {
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const child = spawn(process.execPath, ['--conditions=@vidnest/source', main, ...argv], {
    cwd: import.meta.dirname,
  })
  children.push(child)
  let err = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  return { child, err: () => err }
}

test('Ctrl-C lets the command tidy up, and is its exit code', async () => {
  const server = await ownRedis()
  const redis = await connect(server.url)
  const { child, err } = start(['bench', '--operations', '1000000', '--url', server.url])
  const closed = once(child, 'close')
  await vi.waitFor(async () => expect(await redis.dbsize()).toBeGreaterThan(10), { timeout: 20_000 })
  child.kill('SIGINT')
  expect(await closed).toEqual([130, null])
  expect(err()).toContain('vidnest-cache: stopped: the keys of the bench were removed')
  expect(await redis.keys('*')).toEqual([])
})

test('a reader that has seen enough ends the command without a complaint', async () => {
  const server = await ownRedis()
  const { cache } = await connectCache({ namespace: 'shop' }, server.url)
  const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'v' })
  await Promise.all(Array.from({ length: 200 }, (_, id) => video.set({ id }, 'v')))
  const { child, err } = start(['keys', '--namespace', 'shop', '--all', '--url', server.url])
  child.stdout?.destroy()
  expect(await once(child, 'close')).toEqual([0, null])
  expect(err()).toBe('')
})
