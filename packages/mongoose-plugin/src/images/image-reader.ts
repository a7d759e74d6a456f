import { inspect } from 'node:util'

import { isWithin } from '../paths/overlap.ts'
import type { SessionLike } from '../transactions/session.ts'
import type { Fields } from '../writes/write-operation.ts'
import { type Image, imageOf } from './image.ts'

/** What is used of a driver's collection. */
export interface NativeCollection {
  readonly writeConcern?: { readonly w?: unknown } | undefined
  readonly readConcern?: unknown
  readonly readPreference?: unknown
  readonly bsonOptions?: object
  find(filter: Fields, options: Fields): { toArray(): Promise<Fields[]> }
  /** The options that it was created with. */
  options(): Promise<Fields>
}

/** A document that was read beside a write. */
export interface FoundDocument {
  readonly id: unknown
  readonly image: Image
}

/** Text that is equal for equal ids. */
export function idKey(id: unknown): string {
  return inspect(id, { depth: null, compact: true })
}

/**
 * Reads ids and watched paths through the driver, so that no hook of the user runs: from the primary, the latest there
 * is, and in the given session.
 */
export class ImageReader {
  readonly watch: readonly string[]
  readonly #collection: () => NativeCollection
  readonly #session: SessionLike | undefined

  constructor(
    collection: () => NativeCollection,
    watch: readonly string[],
    session: SessionLike | undefined,
  ) {
    this.#collection = collection
    this.watch = watch
    this.#session = session
  }

  async find(filter: Fields, findOptions: Fields & { limit?: number }): Promise<FoundDocument[]> {
    const projection: Record<string, 1> = { _id: 1 }
    for (const path of this.watch) {
      if (!this.watch.some((other) => other !== path && isWithin(path, other))) projection[path] = 1
    }
    const session = this.#session
    const found = this.#collection().find(filter, {
      ...findOptions,
      ...(session !== undefined && { session }),
      ...(session?.inTransaction() !== true && { readConcern: { level: 'local' } }),
      projection,
      readPreference: 'primary',
    })
    const documents = await found.toArray()
    return documents.map((document) => ({ id: document._id, image: imageOf(document, this.watch) }))
  }

  /** The images of these documents by {@link idKey}. */
  async findByIds(ids: readonly unknown[]): Promise<Map<string, Image>> {
    const documents = await this.find({ _id: { $in: ids } }, {})
    return new Map(documents.map(({ id, image }) => [idKey(id), image]))
  }
}
