import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@vidnest/services'
import { afterEach, expect, test, vi } from 'vitest'
import { closeAll, connectCache, testRedisUrl, uniqueNamespace } from '../support/connect.ts'
import { ManualClock } from '../../src/testing/index.ts'
import { runCommand } from '../support/run-command.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

const url = testRedisUrl()

test('without a namespace those that the server has are named', async () => {
  const server = await ownRedis()
  const run = (): Promise<{ err: string; code: number }> => runCommand(['stats', '--url', server.url])
  expect(await run()).toMatchObject({ code: 2, err: expect.stringContaining('found none at') as string })
  for (const namespace of ['shop', 'blog']) {
    const { cache } = await connectCache({ namespace }, server.url)
    await cache.invalidate({ tag: 'all' })
  }
  expect(await run()).toMatchObject({
    code: 2,
    err: expect.stringContaining('found blog, shop at') as string,
  })
})

test('a name that no namespace can have is refused before anything is asked', async () => {
  const { code, err } = await runCommand(['stats', '--namespace', 'a:b', '--url', 'redis://127.0.0.1:1'])
  expect([code, err]).toEqual([
    2,
    'vidnest-cache: --namespace must be a name of letters, digits, dots, dashes and underscores\n',
  ])
})

test('the address comes from REDIS_URL unless --url says another', async () => {
  const args = ['stats', '--namespace', uniqueNamespace()]
  expect((await runCommand(args, { env: { REDIS_URL: url } })).code).toBe(0)
  const refused = `redis://127.0.0.1:${String(await freePort())}`
  const { code, err } = await runCommand([...args, '--url', refused], { env: { REDIS_URL: url } })
  expect([code, err]).toEqual([
    1,
    `vidnest-cache: nothing listens at ${refused}: start Redis there, or give its address with --url or in REDIS_URL\n`,
  ])
})

test('a password is used, and never printed', async () => {
  const server = await ownRedis(['--requirepass', 'hunter2'])
  const at = `127.0.0.1:${String(server.port)}`
  const right = await runCommand(['doctor', '--url', `redis://:hunter2@${at}`])
  expect(right.out).toContain(`at redis://${at}`)
  const wrong = await runCommand(['doctor', '--url', `redis://:wrong-secret@${at}`])
  expect(wrong).toEqual({
    code: 1,
    out: '',
    err: `vidnest-cache: redis://${at} refuses the login: put the right user and password into REDIS_URL\n`,
  })
  const none = await runCommand(['doctor', '--url', `redis://${at}`])
  expect(none.err).toContain('refuses the login')
  for (const text of [right.out, right.err, wrong.err]) expect(text).not.toMatch(/hunter2|wrong-secret/)
})

test('a frozen server ends the command once its deadline is over', async () => {
  const server = await ownRedis()
  await server.pause()
  const clock = new ManualClock()
  const running = runCommand(['stats', '--namespace', 'shop', '--url', server.url], { clock })
  let finished: Awaited<typeof running> | undefined
  void running.then((result) => {
    finished = result
  })
  await vi.waitFor(() => {
    clock.advance('5s')
    expect(finished).toMatchObject({ code: 1, err: expect.stringContaining('does not answer') as string })
  })
  await server.resume()
})

test('Ctrl-C while it connects ends the command', async () => {
  const server = await ownRedis()
  await server.pause()
  const stop = new AbortController()
  const running = runCommand(['stats', '--namespace', 'shop', '--url', server.url], { signal: stop.signal })
  stop.abort()
  expect(await running).toEqual({ code: 130, out: '', err: 'vidnest-cache: stopped: nothing was changed\n' })
  await server.resume()
})

test('ioredis 5 of a project does as well', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'vidnest-project-'))
  try {
    mkdirSync(join(cwd, 'node_modules'))
    const installed = realpathSync(join(import.meta.dirname, '../../node_modules/ioredis5'))
    symlinkSync(installed, join(cwd, 'node_modules/ioredis'))
    const namespace = uniqueNamespace()
    const { cache } = await connectCache({ namespace })
    const video = cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'v' })
    await video.set({ id: 1 }, 'v')
    const run = (...argv: string[]): ReturnType<typeof runCommand> =>
      runCommand([...argv, '--namespace', namespace, '--url', url, '--json'], { cwd })
    expect(JSON.parse((await run('inspect', 'video:1')).out)).toMatchObject({ state: 'fresh' })
    expect(JSON.parse((await run('invalidate', '--all')).out)).toMatchObject({ removed: 1 })
    expect(await video.has({ id: 1 })).toBe(false)
  } finally {
    rmSync(cwd, { recursive: true })
  }
})

test('a keyPrefix in the address changes no name', async () => {
  const namespace = uniqueNamespace()
  const { cache } = await connectCache({ namespace })
  await cache.define({ key: 'video:{id}', policy: { ttl: '5m' }, load: () => 'v' }).set({ id: 1 }, 'v')
  const { out } = await runCommand(['keys', '--namespace', namespace, '--url', `${url}?keyPrefix=x:`])
  expect(out).toContain('video:1')
})
