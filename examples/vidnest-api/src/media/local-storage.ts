import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import express, { type RequestHandler } from 'express'
import type { CheckedUpload, MediaStorage } from './media-storage.ts'

/** Address under which the kept files are served. */
export const mediaPath = '/media'

/** Keeps uploads in a folder, under names of its own. */
export class LocalStorage implements MediaStorage {
  /** On the same disk, so that keeping is a rename. */
  readonly incoming: string
  readonly serve: RequestHandler
  readonly #kept: string

  constructor(folder: string) {
    this.incoming = join(folder, 'incoming')
    this.#kept = join(folder, 'kept')
    this.serve = express.static(this.#kept, { index: false, immutable: true, maxAge: '1y' })
  }

  async prepare(): Promise<void> {
    await mkdir(this.incoming, { recursive: true })
    await mkdir(this.#kept, { recursive: true })
  }

  async keep({ path, extension }: CheckedUpload): Promise<string> {
    const name = `${randomUUID()}.${extension}`
    await rename(path, join(this.#kept, name))
    return `${mediaPath}/${name}`
  }

  async remove(address: string): Promise<void> {
    if (address.startsWith(`${mediaPath}/`)) await rm(join(this.#kept, basename(address)), { force: true })
  }
}
