import { access, mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createOwnedFolder } from '../lifetime/owned-folder.ts'

/** Whether what is in a folder can stay. */
type IsSound = (folder: string) => Promise<boolean>

const exists: IsSound = (path) =>
  access(path).then(
    () => true,
    () => false,
  )

/**
 * Fills the folder `target`, unless it is there and sound; what is not sound is replaced. The work happens beside it in a
 * folder that goes away with this process; the finished folder then appears under its name by one rename, so that nobody
 * sees half of it, and of two processes that install at the same time the first wins.
 */
export const installOnce = async (
  target: string,
  fill: (folder: string) => Promise<void>,
  isSound: IsSound = exists,
): Promise<void> => {
  if (await isSound(target)) return
  await mkdir(dirname(target), { recursive: true })
  const work = await createOwnedFolder('install', dirname(target))
  try {
    const filled = join(work.path, 'filled')
    await mkdir(filled)
    await fill(filled)
    if (await isSound(target)) return
    await rename(target, join(work.path, 'replaced')).catch(() => undefined)
    await rename(filled, target).catch(async (error: unknown) => {
      if (!(await isSound(target))) throw error
    })
  } finally {
    await work.release()
  }
}
