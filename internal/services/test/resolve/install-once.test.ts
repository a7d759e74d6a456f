import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { installOnce } from '../../src/resolve/install-once.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'install-once-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

it('lets the first of two installations at the same time win, and leaves nothing of the other', async () => {
  const target = join(folder, 'server')
  const bothStarted = Promise.withResolvers<void>()
  let started = 0
  const fill = (content: string) => async (work: string) => {
    if (++started === 2) bothStarted.resolve()
    await bothStarted.promise
    await writeFile(join(work, 'program'), content)
  }

  await Promise.all([installOnce(target, fill('one')), installOnce(target, fill('two'))])

  expect(await readFile(join(target, 'program'), 'utf8')).toMatch(/^(one|two)$/)
  expect(await readdir(folder)).toEqual(['server'])
})

it('leaves nothing behind when the installation fails', async () => {
  const target = join(folder, 'server')
  const fill = async (work: string): Promise<void> => {
    await writeFile(join(work, 'half'), 'x')
    throw new Error('no network')
  }

  await expect(installOnce(target, fill)).rejects.toThrow('no network')
  expect(await readdir(folder)).toEqual([])
})

it('does nothing when it is installed', async () => {
  const target = join(folder, 'server')
  await installOnce(target, (work) => writeFile(join(work, 'program'), 'one'))

  await installOnce(target, () => Promise.reject(new Error('must not be called')))

  expect(await readFile(join(target, 'program'), 'utf8')).toBe('one')
})

it('replaces what is not sound, and leaves nothing of it', async () => {
  const target = join(folder, 'server')
  await installOnce(target, (work) => writeFile(join(work, 'program'), 'damaged'))
  const content = (place: string): Promise<string> => readFile(join(place, 'program'), 'utf8')

  await installOnce(
    target,
    (work) => writeFile(join(work, 'program'), 'sound'),
    async (place) => (await content(place)) === 'sound',
  )

  expect(await content(target)).toBe('sound')
  expect(await readdir(folder)).toEqual(['server'])
})

it('leaves what is not sound when it cannot be replaced', async () => {
  const target = join(folder, 'server')
  await installOnce(target, (work) => writeFile(join(work, 'program'), 'damaged'))

  const again = installOnce(
    target,
    () => Promise.reject(new Error('no network')),
    async () => false,
  )

  await expect(again).rejects.toThrow('no network')
  expect(await readdir(folder)).toEqual(['server'])
})
