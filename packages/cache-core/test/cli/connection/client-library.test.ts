import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { findClientLibrary } from '../../../src/cli/connection/client-library.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A project with an ioredis that is written here. */
function projectWith(version: string, code: string): string {
  const cwd = mkdtempSync(join(tmpdir(), 'vidnest-project-'))
  folders.push(cwd)
  const library = join(cwd, 'node_modules/ioredis')
  mkdirSync(library, { recursive: true })
  writeFileSync(join(library, 'package.json'), JSON.stringify({ name: 'ioredis', version, main: 'index.js' }))
  writeFileSync(join(library, 'index.js'), code)
  return cwd
}

test('the ioredis of the project is taken, from its folders too', () => {
  const cwd = projectWith('5.9.9', 'exports.Redis = class {}; exports.Cluster = class {}')
  const inside = join(cwd, 'src/deep')
  mkdirSync(inside, { recursive: true })
  for (const place of [cwd, inside])
    expect(findClientLibrary({ cwd: place, userAgent: undefined }).version).toBe('5.9.9')
})

test('outside of a project the one installed beside the command is taken', () => {
  expect(findClientLibrary({ cwd: tmpdir(), userAgent: undefined }).version).toMatch(/^[56]\./)
})

test.each([
  [undefined, 'npm install ioredis'],
  ['npm/11.0.0 node/v24.0.0 linux x64', 'npm install ioredis'],
  ['pnpm/10.2.0 npm/? node/v24.0.0 linux x64', 'pnpm add ioredis'],
  ['yarn/4.0.0 npm/?', 'yarn add ioredis'],
  ['bun/1.2.0', 'bun add ioredis'],
])('one that is too old is named with the command of %s that updates it', (userAgent, command) => {
  const cwd = projectWith('4.30.0', 'module.exports = class {}')
  expect(() => findClientLibrary({ cwd, userAgent })).toThrow(`ioredis 4.30.0 is too old: run ${command}`)
})
