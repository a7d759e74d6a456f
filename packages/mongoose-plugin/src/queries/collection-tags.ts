import { defineTag } from '@vidnest/cache-core'

import { idText } from './id-text.ts'

/** The tags that reads of one collection depend on, and its writes invalidate. */
export class CollectionTags {
  /** Invalidated when it is not known which documents were written. */
  readonly all: string
  /** Invalidated when documents were inserted or deleted. */
  readonly members: string
  /** Invalidated by every update and replacement. */
  readonly updates: string
  /** Invalidated by updates and replacements whose paths are not known. */
  readonly anyPath: string
  readonly #build: (kind: string, name?: string) => string

  constructor(db: string, collection: string) {
    const tag = defineTag('mongo:{db}:{collection}:{kind}[:of:{name}]')
    this.#build = (kind, name) => tag({ db, collection, kind, name })
    this.all = this.#build('all')
    this.members = this.#build('members')
    this.updates = this.#build('updates')
    this.anyPath = this.#build('any-path')
  }

  /** Invalidated by every write to the document. */
  document(id: unknown): string {
    return this.#build('document', idText(id))
  }

  /** Invalidated by updates of the field, by its top-level name. */
  path(name: string): string {
    return this.#build('path', name)
  }
}
