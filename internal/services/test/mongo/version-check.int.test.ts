import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startMongo } from '../../src/mongo/start-mongo.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'version-check-'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

it('asks the program for its version once, before anything of its answer is at stake', async () => {
  // It tells its version, and does not come up.
  const program = `#!/bin/sh
echo "\${1-}" >> '${join(folder, 'calls')}'
[ "\${1-}" = --version ] && echo 'db version v6.0.5' && exit 0
exit 1
`
  await writeFile(join(folder, 'mongod'), program, { mode: 0o755 })
  vi.stubEnv('MONGOMS_SYSTEM_BINARY', join(folder, 'mongod'))
  vi.stubEnv('VIDNEST_MONGO_IMAGE', '')
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)

  await expect(startMongo()).rejects.toThrow('Instance closed unexpectedly')

  expect(warn).toHaveBeenCalled()
  expect((await readFile(join(folder, 'calls'), 'utf8')).split('\n')).toEqual(['--version', '--port', ''])
})
