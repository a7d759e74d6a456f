import type { RequestHandler } from 'express'

/** Kinds of files that are taken. */
export type MediaKind = 'video' | 'image'

/** An upload whose content was checked. */
export interface CheckedUpload {
  /** Where it waits. */
  readonly path: string
  readonly kind: MediaKind
  /** Of its true format, without the dot. */
  readonly extension: string
}

/** Where uploads are kept. */
export interface MediaStorage {
  /** Folder on this machine where uploads wait until they are checked. */
  readonly incoming: string
  /** Serves what is kept; left out where somebody else does. */
  readonly serve?: RequestHandler
  /** Takes over an upload and returns its address. */
  keep(upload: CheckedUpload): Promise<string>
  /** Removes a kept file; nothing happens when it is gone. */
  remove(address: string): Promise<void>
}
