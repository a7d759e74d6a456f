import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createOwnedFolder } from '../../src/lifetime/owned-folder.ts'

// The first watcher gets a signal before it can make itself deaf to it, as one for the whole group of processes would.
vi.mock('node:child_process', async (importOriginal) => {
  const real = await importOriginal<{ spawn: typeof spawn }>()
  return {
    ...real,
    spawn: vi.fn((program: string, args: string[], options: object) => real.spawn(program, args, options)),
  }
})

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owned-folder-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

it('is made although a signal hits its watcher before it is deaf to signals', async () => {
  const { spawn: realSpawn } = await vi.importActual<{ spawn: typeof spawn }>('node:child_process')
  vi.mocked(spawn).mockImplementationOnce(() =>
    realSpawn('/bin/sh', ['-c', 'kill -INT $$'], { stdio: ['pipe', 'pipe', 'ignore'] }),
  )

  const owned = await createOwnedFolder('test', folder)

  expect(existsSync(owned.path)).toBe(true)
  await owned.release()
  expect(existsSync(owned.path)).toBe(false)
})

it('says so when it cannot be made', async () => {
  const file = join(folder, 'a-file')
  await writeFile(file, '')

  await expect(createOwnedFolder('test', file)).rejects.toThrow(`The folder ${file} is not writable`)
})
