/** A collection by its names. */
export interface Namespace {
  readonly db: string
  readonly collection: string
}

/** Where the last stage of a pipeline writes to; `undefined` when it only reads. `db` is the pipeline's own database. */
export function outputOf(pipeline: unknown, db: string): Namespace | undefined {
  if (!Array.isArray(pipeline)) return undefined
  const { $out, $merge } = (pipeline.at(-1) ?? {}) as { $out?: unknown; $merge?: unknown }
  if ($out !== undefined) return namespaceOf($out, db)
  const { into } = ($merge ?? {}) as { into?: unknown }
  return namespaceOf(into ?? $merge, db)
}

/** A namespace in the forms of `$out` and `$merge.into`. */
function namespaceOf(value: unknown, db: string): Namespace | undefined {
  if (typeof value === 'string') return { db, collection: value }
  const { db: otherDb, coll } = (value ?? {}) as { db?: unknown; coll?: unknown }
  if (typeof coll !== 'string') return undefined
  return { db: typeof otherDb === 'string' ? otherDb : db, collection: coll }
}

/** The two names in a namespace as the server writes it, such as `shop.products`. */
export function parseNamespace(text: unknown): Namespace | undefined {
  if (typeof text !== 'string') return undefined
  const dot = text.indexOf('.')
  return dot < 1 ? undefined : { db: text.slice(0, dot), collection: text.slice(dot + 1) }
}
