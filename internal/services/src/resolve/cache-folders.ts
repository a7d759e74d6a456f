import { access, constants, lstat, mkdir } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Where downloaded servers may be, the preferred place first: `$XDG_CACHE_HOME/vidnest`, else `~/.cache/vidnest`, outside
 * the repository, so that cleaning it costs no download; then a folder in the temporary folder. To find a server in them
 * they need not be writable.
 */
export const cacheFolders = async (): Promise<readonly string[]> => {
  const base = process.env['XDG_CACHE_HOME'] ?? ''
  const preferred = join(base === '' ? join(homedir(), '.cache') : base, 'vidnest')
  // A whole run may have a temporary folder of its own, which ends with it.
  const temporary = process.env['VIDNEST_LASTING_TMPDIR'] ?? tmpdir()
  const fallback = join(temporary, `vidnest-cache-${process.getuid?.() ?? 'user'}`)
  return (await mayBeOurs(fallback)) ? [preferred, fallback] : [preferred]
}

/** Where new downloads go: the first of these folders that can be written, made if need be. */
export const writableCacheFolder = async (): Promise<string> => {
  const folders = await cacheFolders()
  for (const folder of folders) if (await makeWritable(folder)) return folder
  throw new Error(
    `downloads cannot be kept in ${folders.join(' or ')}: set XDG_CACHE_HOME to a folder that can be written`,
  )
}

/** Everybody may make a folder of this name beside other temporary files: one of somebody else runs no program here. */
const mayBeOurs = async (folder: string): Promise<boolean> => {
  const entry = await lstat(folder).catch(() => undefined)
  if (entry === undefined) return true
  return entry.isDirectory() && entry.uid === process.getuid?.() && (entry.mode & 0o022) === 0
}

const makeWritable = async (folder: string): Promise<boolean> => {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
