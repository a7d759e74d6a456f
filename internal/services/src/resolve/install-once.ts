import { access, mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createOwnedFolder } from '../lifetime/owned-folder.ts'

/**
 * Fills the folder `target` once. The work happens beside it in a folder that goes away with this process; the
 * finished folder then appears under its name by one rename, so that nobody sees half of it, and of two
 * processes that install at the same time the first wins.
 */
export const installOnce = async (target: string, fill: (folder: string) => Promise<void>): Promise<void> => {
  if (await exists(target)) return
  await mkdir(dirname(target), { recursive: true })
  const work = await createOwnedFolder('install', dirname(target))
  try {
    const filled = join(work.path, 'filled')
    await mkdir(filled)
    await fill(filled)
    await rename(filled, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error
    })
  } finally {
    await work.release()
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
