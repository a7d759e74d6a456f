import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { cacheFolder } from '../../src/resolve/cache-folder.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-folder-'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

it('is below XDG_CACHE_HOME', async () => {
  vi.stubEnv('XDG_CACHE_HOME', folder)

  expect(await cacheFolder()).toBe(join(folder, 'vidnest'))
})

it('is below ~/.cache when XDG_CACHE_HOME is not set', async () => {
  vi.stubEnv('XDG_CACHE_HOME', '')
  vi.stubEnv('HOME', folder)

  expect(await cacheFolder()).toBe(join(folder, '.cache', 'vidnest'))
})

it('is in the temporary folder when the preferred place cannot be written', async () => {
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  vi.stubEnv('XDG_CACHE_HOME', file)
  vi.stubEnv('TMPDIR', folder)

  const fallback = await cacheFolder()

  expect(fallback.startsWith(join(folder, 'vidnest-cache-'))).toBe(true)
  expect((await stat(fallback)).isDirectory()).toBe(true)
})
