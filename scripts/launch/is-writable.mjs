import { accessSync, constants } from 'node:fs'

/** Whether files can be made in this folder; also says no to root on a read-only file system. */
export const isWritable = (folder) => {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
