import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ApiError } from '../http/errors.ts'
import { extensionOf } from './file-kind.ts'
import type { MediaKind, MediaStorage } from './media-storage.ts'

/** Address under which the kept files are served. */
export const mediaPath = '/media'

/** Keeps uploads in a folder, under names of its own. */
export class LocalStorage implements MediaStorage {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Folder for uploads that are not checked yet; on the same disk, so that keeping is a rename. */
  get incoming(): string {
    return join(this.#folder, 'incoming')
  }

  get kept(): string {
    return join(this.#folder, 'kept')
  }

  async prepare(): Promise<void> {
    await mkdir(this.incoming, { recursive: true })
    await mkdir(this.kept, { recursive: true })
  }

  async keep({ path, kind }: { readonly path: string; readonly kind: MediaKind }): Promise<string> {
    const extension = await extensionOf(path, kind)
    if (extension === undefined) {
      await rm(path, { force: true })
      throw new ApiError(
        415,
        kind === 'video' ? 'The video must be MP4 or WebM' : 'The image must be JPEG, PNG or WebP',
      )
    }
    const name = `${randomUUID()}.${extension}`
    await rename(path, join(this.kept, name))
    return `${mediaPath}/${name}`
  }

  async remove(address: string): Promise<void> {
    if (address.startsWith(`${mediaPath}/`)) await rm(join(this.kept, basename(address)), { force: true })
  }
}
