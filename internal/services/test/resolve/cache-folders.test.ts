import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { cacheFolders, writableCacheFolder } from '../../src/resolve/cache-folders.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cache-folders-'))
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  vi.stubEnv('VIDNEST_LASTING_TMPDIR', folder)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

const fallback = (): string => join(folder, `vidnest-cache-${String(process.getuid?.())}`)

/** A place below which there can be no folder. */
const unwritable = async (): Promise<string> => {
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  return file
}

it('are below XDG_CACHE_HOME and in the temporary folder', async () => {
  expect(await cacheFolders()).toEqual([join(folder, 'cache', 'vidnest'), fallback()])
})

it('are below ~/.cache when XDG_CACHE_HOME is not set', async () => {
  vi.stubEnv('XDG_CACHE_HOME', '')
  vi.stubEnv('HOME', folder)

  expect((await cacheFolders())[0]).toBe(join(folder, '.cache', 'vidnest'))
})

it('are not in the temporary folder of one run', async () => {
  vi.stubEnv('TMPDIR', join(folder, 'of-one-run'))
  expect((await cacheFolders())[1]).toBe(fallback())

  vi.stubEnv('VIDNEST_LASTING_TMPDIR', undefined)
  expect((await cacheFolders())[1]).toContain(join(folder, 'of-one-run'))
})

it('take downloads in the preferred place', async () => {
  expect(await writableCacheFolder()).toBe(join(folder, 'cache', 'vidnest'))
})

it('take downloads in the temporary folder, for this user alone, when the preferred place cannot be written', async () => {
  vi.stubEnv('XDG_CACHE_HOME', await unwritable())

  expect(await writableCacheFolder()).toBe(fallback())
  expect((await stat(fallback())).mode & 0o777).toBe(0o700)
})

it('leave out a temporary folder that others can write to', async () => {
  await mkdir(fallback())
  await chmod(fallback(), 0o777)
  vi.stubEnv('XDG_CACHE_HOME', await unwritable())

  expect(await cacheFolders()).not.toContain(fallback())
  await expect(writableCacheFolder()).rejects.toThrow('set XDG_CACHE_HOME to a folder that can be written')
})
