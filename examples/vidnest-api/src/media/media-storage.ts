/** Kinds of files that are taken. */
export type MediaKind = 'video' | 'image'

/** Where uploads are kept. */
export interface MediaStorage {
  /** Takes over an uploaded file and returns its address. @throws when it is not of that kind. */
  keep(file: { readonly path: string; readonly kind: MediaKind }): Promise<string>
  /** Removes a kept file; nothing happens when it is gone. */
  remove(address: string): Promise<void>
}
