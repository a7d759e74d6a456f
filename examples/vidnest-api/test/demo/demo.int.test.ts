import { createServer } from 'node:net'
import { freePort } from '@vidnest/services'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createDemos, type DemoRun, type Demos } from '../support/demos.ts'

let demos: Demos

beforeAll(async () => {
  demos = await createDemos()
})

afterAll(() => demos.close())

const run = (...args: string[]): DemoRun => demos.run(args)
const folders = (): string[] => demos.folders()

test('the tour ends well and leaves nothing behind', async () => {
  const { exit, output } = run('--tour')
  expect(await exit).toBe(0)
  expect(output()).toContain('Every flow was right')
  expect(output()).not.toContain('✗')
  expect(output()).toMatch(/Video list +[\d.]+ ms +MongoDB +[\d.]+ ms +Redis/)
  expect(folders()).toEqual([])
}, 90_000)

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
  '%s ends the demo and everything that it started',
  async (signal) => {
    const port = await freePort()
    const { child, output, exit } = run('--port', String(port))
    await vi.waitFor(
      () => {
        expect(output()).toContain('Three things to try')
      },
      { timeout: 60_000 },
    )
    expect(output()).toContain('creator@vidnest.example')
    expect(output()).toMatch(/cached values +redis-cli -u redis:\/\/\S+\/0 --scan/)
    expect(output()).toMatch(/sessions, counters and limits +redis-cli -u redis:\/\/\S+\/1 --scan/)
    expect((await fetch(`http://127.0.0.1:${String(port)}/readyz`)).status).toBe(200)
    expect(folders().length).toBeGreaterThan(2)
    child.kill(signal)
    expect(await exit).toBe(signal === 'SIGKILL' ? null : 0)
    await vi.waitFor(
      () => {
        expect(folders()).toEqual([])
      },
      { timeout: 60_000 },
    )
  },
  150_000,
)

test('a signal while the servers are starting ends it at once and leaves nothing behind', async () => {
  const { child, output, exit } = run('--port', String(await freePort()))
  await vi.waitFor(
    () => {
      expect(output()).toContain('✓ Redis')
    },
    { timeout: 30_000, interval: 5 },
  )
  child.kill('SIGTERM')
  expect(await exit).toBe(130)
  expect(output()).not.toContain('Three things to try')
  await vi.waitFor(
    () => {
      expect(folders()).toEqual([])
    },
    { timeout: 60_000 },
  )
}, 120_000)

test('a port that is taken, and a wrong argument, get a message and no stack', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const { port } = holder.address() as { port: number }
  const taken = run('--port', String(port))
  expect(await taken.exit).toBe(2)
  expect(taken.output()).toContain(`port ${String(port)} is taken`)
  const wrong = run('--tuor')
  expect(await wrong.exit).toBe(2)
  expect(wrong.output()).toContain('npm run demo -- --tour')
  expect(taken.output() + wrong.output()).not.toMatch(/\n\s+at /)
  holder.close()
}, 30_000)

test('help tells what there is', async () => {
  const { exit, output } = run('--help')
  expect(await exit).toBe(0)
  expect(output()).toContain('--port')
}, 30_000)
