import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../src/lifetime/watch-folder.sh', import.meta.url))

it('removes the folder of an owner that was gone before the folder was ready', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'watch-folder-'))
  try {
    for (const round of [1, 2, 3, 4, 5]) {
      const folder = join(temporary, `vidnest-${String(round)}`)
      const watcher = spawn('/bin/sh', [script, folder], { stdio: ['pipe', 'pipe', 'ignore'] })
      const exit = new Promise((resolve) => watcher.once('exit', (code, signal) => resolve(code ?? signal)))
      watcher.stdin.on('error', () => undefined)
      watcher.stdout.destroy()
      watcher.stdin.end()

      expect(await exit).toBe(0)
      expect(existsSync(folder)).toBe(false)
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
})
