import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { installCommand } from '../../src/resolve/install-command.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'install-command-'))
  vi.stubEnv('PATH', folder)
  vi.spyOn(process, 'getuid').mockReturnValue(1000)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

const have = async (program: string): Promise<void> => {
  const file = join(folder, program)
  await writeFile(file, '')
  await chmod(file, 0o755)
}

it.each([
  ['apt-get', 'sudo apt-get install -y redis-server'],
  ['dnf', 'sudo dnf install -y valkey'],
  ['apk', 'sudo apk add valkey'],
  ['brew', 'brew install redis'],
])('names the command of the package manager that is here: %s', async (program, command) => {
  await have(program)

  expect(await installCommand(['redis', 'wheel'])).toBe(command)
})

it('needs no sudo, which may be missing, when it is root that asks', async () => {
  await have('apt-get')
  vi.spyOn(process, 'getuid').mockReturnValue(0)

  expect(await installCommand(['redis'])).toBe('apt-get install -y redis-server')
})

it('takes the first thing that the package manager has', async () => {
  await have('brew')

  expect(await installCommand(['mongod', 'wheel'])).toBe('brew install mongodb/brew/mongodb-community')
})

describe.runIf(process.platform === 'linux')('on Linux', () => {
  it('does not name a package manager that is not here', async () => {
    expect(await installCommand(['redis', 'wheel'])).toBe('curl -fsSL https://get.docker.com | sh')
  })

  it('brings a container engine where the package manager does not help', async () => {
    await have('apk')

    expect(await installCommand(['mongod', 'wheel'])).toBe('curl -fsSL https://get.docker.com | sh')
  })

  it.runIf(process.arch === 'x64')('brings what a wheel needs', async () => {
    await have('apt-get')

    expect(await installCommand(['mongod', 'wheel'])).toBe('sudo apt-get install -y python3-pip libcurl4')
  })
})
