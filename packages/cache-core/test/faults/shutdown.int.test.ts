import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { uniqueNamespace } from '../support/connect.ts'
import { closeLabs, openLab, type FaultLab } from '../support/fault-lab.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'
import { eventually } from '../support/eventually.ts'

const program = fileURLToPath(new URL('../support/shutdown-process.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await closeLabs()
  await stopServers()
})

const faults = [
  ['frozen', async ({ server }: Pick<FaultLab, 'server'>) => server.pause()],
  ['killed', async ({ server }: Pick<FaultLab, 'server'>) => server.kill()],
] as const

test.each(faults)(
  'fault 31: closing ends while Redis is %s, and later reads still answer',
  async (_, stop) => {
    const lab = await openLab()
    const { cache, video } = lab
    await stop(lab)
    const reads = Array.from({ length: 50 }, (__, id) => video.getOrSet({ id }))
    await lab.stopwatch.time(() => cache.close())
    await lab.stopwatch.expectEachWithin(2000, 'close()')
    await lab.expectClean()
    expect(await Promise.all(reads)).toEqual(Array(50).fill({ version: 1 }))
    expect(await video.getOrSet({ id: 1 })).toEqual({ version: 1 })
    await expect(cache.invalidate('all')).rejects.toMatchObject({ code: 'E_CACHE_CLOSED' })
    expect((await cache.health()).status).toBe('down')
  },
)

test.each(faults)(
  'fault 31: a service that gets SIGTERM while Redis is %s ends by itself, with code 0',
  async (_, stop) => {
    const server = await ownRedis()
    const child = spawn(
      process.execPath,
      ['--conditions=@vidnest/source', program, server.url, uniqueNamespace()],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    children.push(child)
    const said: string[] = []
    createInterface({ input: child.stdout }).on('line', (line) => said.push(line))
    const saying = (words: string): Promise<void> =>
      eventually(() => {
        expect(said).toContain(words)
      })
    await saying('ready')
    await stop({ server })
    said.length = 0
    await saying('queued')
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(said).toContain('closed')
    expect(said).toContain('lost')
  },
)
