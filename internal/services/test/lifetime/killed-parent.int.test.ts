import { spawn } from 'node:child_process'
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { isRunning, processesNaming } from '../support/process-state.ts'
import { until } from '../support/until.ts'

const program = fileURLToPath(new URL('../support/start-and-wait.ts', import.meta.url))

it.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
  'leaves no process and no folder when its parent gets %s',
  async (signal) => {
    const temporary = await realpath(await mkdtemp(join(tmpdir(), 'killed-parent-')))
    const parent = spawn(process.execPath, [program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: temporary },
    })
    try {
      const { pids } = await firstLine(parent.stdout)
      expect(pids.map(isRunning)).toEqual([true, true])
      expect(await readdir(temporary)).toHaveLength(2)

      parent.kill(signal)

      await until(() => !pids.some(isRunning))
      await until(async () => (await readdir(temporary)).length === 0)
      await until(() => processesNaming(temporary).length === 0)
    } finally {
      parent.kill('SIGKILL')
      await rm(temporary, { recursive: true, force: true })
    }
  },
)

const firstLine = (stream: NodeJS.ReadableStream): Promise<{ pids: number[] }> =>
  new Promise((resolve, reject) => {
    let text = ''
    stream.setEncoding('utf8')
    stream.on('data', (part: string) => {
      text += part
      if (text.includes('\n')) resolve(JSON.parse(text) as { pids: number[] })
    })
    stream.on('end', () => reject(new Error('The parent ended before it said where its servers are.')))
  })
