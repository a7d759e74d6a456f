/** What a write did to a document. `'unknown'`: several kinds of write at once, or one whose shape cannot be seen. */
export type ChangeOperation = 'insert' | 'update' | 'replace' | 'delete' | 'unknown'

/**
 * Which way the write took: `'save'` (also `create`), `'query'` (the update, replace and delete calls of a model),
 * `'bulk'` (`insertMany`, `bulkWrite`, `bulkSave`) or `'raw'` (`Model.collection`). `'stream'`: whatever the change stream
 * told of, by this process or any other program.
 */
export type ChangeSource = 'save' | 'query' | 'bulk' | 'raw' | 'stream'

/**
 * How far a change can be believed. Only `'exact'` is safe to be precise with: whatever else it is, invalidate all that a
 * write to any document may have made stale.
 * - `'exact'`: `id`, `before` and `after` are those of the write itself, whoever else was writing at that moment.
 * - `'read'`: `id` or the values were read beside the write, and another writer may have come in between. Told only with
 *   `images: 'read'`.
 * - `'static'`: from the call alone, because `images` is `'off'` or nobody knows whether the write took effect. `id` is
 *   right; `before` is missing, `after` has only what the call spelled out.
 * - `'none'`: which document changed, or what its watched fields were and are, is not known; `before` and `after` are
 *   missing.
 */
export type ChangeExactness = 'exact' | 'read' | 'static' | 'none'

/** A document's `_id`: of the type that the document declares, else anything that has a text form. */
export type DocumentId<Document> = Document extends { readonly _id: infer Id } ? Id : { toString(): string }

/** One document that a write changed, or several when `id` is missing. */
export interface Change<Document = Record<string, unknown>> {
  readonly op: ChangeOperation
  /** The document's `_id`. Missing when it is not known, or when more than `bulk.maxIds` documents changed. */
  readonly id?: DocumentId<Document>
  /** Top-level names of the fields that were written, or `'all'` (inserts, replacements, deletes, unknown updates). */
  readonly touched: ReadonlySet<string> | 'all'
  /**
   * The `watch` fields before the write, all of them, by their path as it stands in `watch`; absent fields are
   * `undefined`. Given for updates that touch a watched field, for replacements and for deletes, as far as they are known.
   */
  readonly before?: Readonly<Partial<Document>>
  /** The `watch` fields after the write. Given for inserts too. */
  readonly after?: Readonly<Partial<Document>>
  readonly source: ChangeSource
  readonly exactness: ChangeExactness
  /** Name of the database. */
  readonly db: string
  /** Name of the collection. */
  readonly collection: string
  /** Name of the model that wrote; missing for `Model.collection`. */
  readonly model?: string
}
