import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { aptGet, explainApt } from './apt-get.ts'
import { cacheFolders, writableCacheFolder } from './cache-folders.ts'
import { installOnce } from './install-once.ts'
import type { Progress } from './resolver.ts'
import { lastLine, runCommand } from './run-command.ts'

/** Debian packages unpacked into the cache folder, and the environment that programs need to find them. */
export interface UnpackedPackages {
  folder: string
  env: { LD_LIBRARY_PATH: string }
}

/** What these packages were unpacked into; more than one place at most where the preferred cache folder is read-only. */
export const findUnpacked = async (names: readonly string[]): Promise<readonly UnpackedPackages[]> => {
  const found: UnpackedPackages[] = []
  for (const cache of await cacheFolders()) {
    const unpacked = await readUnpacked(join(cache, folderOf(names)))
    if (unpacked !== undefined) found.push(unpacked)
  }
  return found
}

export interface UnpackOptions {
  /** Whether what was unpacked is good for its purpose; if what is there is not, it is replaced. */
  readonly works: (unpacked: UnpackedPackages) => Promise<boolean>
  readonly progress: Progress
}

/**
 * Unpacks packages, with what they depend on and the machine lacks, instead of installing them: no service is
 * started and nothing of the machine changes but apt's own lists.
 */
export const unpackPackages = async (
  names: readonly string[],
  { works, progress }: UnpackOptions,
): Promise<UnpackedPackages> => {
  const folder = join(await writableCacheFolder(), folderOf(names))
  const fill = async (work: string): Promise<void> => {
    const archives = await download(names, work, progress)
    progress('unpacking')
    await unpack(archives, work)
  }
  await installOnce(folder, fill, async (place) => {
    const unpacked = await readUnpacked(place)
    return unpacked !== undefined && works(unpacked)
  })
  const unpacked = await readUnpacked(folder)
  if (unpacked === undefined) throw new Error(`${names.join(', ')} came without a folder of libraries`)
  return unpacked
}

const folderOf = (names: readonly string[]): string => join('apt', names.join('+'))

const readUnpacked = async (folder: string): Promise<UnpackedPackages | undefined> => {
  const libraries = await readdir(join(folder, 'usr', 'lib')).catch(() => undefined)
  if (libraries === undefined) return undefined
  const places = ['.', ...libraries.filter((name) => name.includes('-linux-gnu'))]
  const inherited = process.env['LD_LIBRARY_PATH'] ?? ''
  const paths = [
    ...places.map((name) => join(folder, 'usr', 'lib', name)),
    ...(inherited === '' ? [] : [inherited]),
  ]
  return { folder, env: { LD_LIBRARY_PATH: paths.join(':') } }
}

const download = async (names: readonly string[], work: string, progress: Progress): Promise<string> => {
  const archives = join(work, '.archives')
  await mkdir(join(archives, 'partial'), { recursive: true })
  const args = [
    'install',
    '--download-only',
    '--reinstall',
    '-o',
    `Dir::Cache::archives=${archives}`,
    ...names,
  ]
  progress(`downloading ${names.join(', ')}`)
  if ((await aptGet(args)).code === 0) return archives
  progress('updating the package lists')
  await aptGet(['update'])
  progress(`downloading ${names.join(', ')}`)
  const second = await aptGet(args)
  if (second.code !== 0) throw explainApt(second)
  return archives
}

const unpack = async (archives: string, folder: string): Promise<void> => {
  for (const name of await readdir(archives)) {
    if (!name.endsWith('.deb')) continue
    const result = await runCommand('dpkg-deb', ['--extract', join(archives, name), folder])
    if (result.code !== 0) throw new Error(`unpacking failed: ${lastLine(result.stderr)}`)
  }
  await rm(archives, { recursive: true })
}
