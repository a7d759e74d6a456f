import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const scripts = fileURLToPath(new URL('../../../../scripts/launch', import.meta.url))

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-home-'))
  // A repository of its own, whose .cache is empty.
  cpSync(scripts, join(folder, 'repository/scripts/launch'), { recursive: true })
  mkdirSync(join(folder, 'home'))
  writeFileSync(join(folder, 'a-file'), '')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What a launcher gives npm to install and to run, with this home folder. */
const homes = (home: string): { toInstall: object; toRun: object } => {
  const module = join(folder, 'repository/scripts/launch/npm-home.mjs')
  const program = `const home = await import(${JSON.stringify(module)})
console.log(JSON.stringify({ toInstall: home.homeToInstall(), toRun: home.homeToRun() }))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, npm_config_cache: undefined, HOME: join(folder, home) },
  })
  return JSON.parse(stdout) as { toInstall: object; toRun: object }
}

const cache = (): string => join(folder, 'repository/.cache')
const inRepository = () => ({ npm_config_cache: join(cache(), 'npm'), PNPM_HOME: join(cache(), 'pnpm') })

it('is the usual one when that can be written', () => {
  expect(homes('home')).toEqual({ toInstall: {}, toRun: {} })
})

it('is in the repository when the home folder cannot be written, and is found there afterwards', () => {
  // Below a file nobody can write, not even root.
  expect(homes('a-file/home').toInstall).toEqual(inRepository())

  mkdirSync(join(cache(), 'npm/_npx'), { recursive: true })
  expect(homes('a-file/home').toRun).toEqual(inRepository())
})

it('is found where it was when the home folder can no longer be written', () => {
  mkdirSync(join(folder, 'home/.npm/_npx'), { recursive: true })
  mkdirSync(join(cache(), 'npm/_npx'), { recursive: true })

  expect(homes('home').toRun).toEqual({})
})
