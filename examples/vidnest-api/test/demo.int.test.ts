import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createOwnedFolder, freePort, type OwnedFolder } from '@vidnest/services'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

const demo = join(import.meta.dirname, '../demo/demo.ts')

/** Where the demos of this file keep what they start, apart from other tests' servers. */
let temporary: OwnedFolder

beforeAll(async () => {
  temporary = await createOwnedFolder('demos')
})

afterAll(() => temporary.release())

interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exit: Promise<number | null>
}

function run(...args: string[]): Run {
  let output = ''
  const child = spawn(process.execPath, ['--conditions=@vidnest/source', demo, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary.path },
  })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, output: () => output, exit }
}

/** Folders of the servers and uploads of a demo. */
function folders(): string[] {
  return readdirSync(temporary.path).filter((name) => name.startsWith('vidnest-'))
}

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
