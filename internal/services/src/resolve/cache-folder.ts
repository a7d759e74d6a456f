import { access, constants, mkdir } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Where downloaded servers stay: `$XDG_CACHE_HOME/vidnest`, else `~/.cache/vidnest`; outside the repository, so
 * that cleaning it costs no download. When that place cannot be written, a folder in the temporary folder.
 */
export const cacheFolder = async (): Promise<string> => {
  const base = process.env['XDG_CACHE_HOME'] ?? ''
  const preferred = join(base === '' ? join(homedir(), '.cache') : base, 'vidnest')
  return (await isWritable(preferred)) ? preferred : makeFallback()
}

const makeFallback = async (): Promise<string> => {
  const folder = join(tmpdir(), `vidnest-cache-${process.getuid?.() ?? 'user'}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

const isWritable = async (folder: string): Promise<boolean> => {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
