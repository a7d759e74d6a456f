import type { Cache } from '@vidnest/cache-core'

import type { CachePluginOptions, ImagesOption } from './options.ts'
import { isWithin, overlaps } from './paths/overlap.ts'
import type { WriteOperation } from './writes/write-operation.ts'

/** The field that counter sinks keep their guards under; never a change of its own. */
export const guardField = '_counters'

/** What is used of the options of a Mongoose schema. */
export interface SchemaSettings {
  readonly timestamps?: unknown
  readonly versionKey?: unknown
}

/** The plugin on one schema: its options with their defaults, and what they say of an operation. */
export class Registration {
  readonly options: CachePluginOptions
  readonly watch: readonly string[]
  readonly images: ImagesOption
  readonly maxIds: number
  readonly isStrict: boolean
  readonly #ignored: readonly string[]

  constructor(options: CachePluginOptions, settings: SchemaSettings) {
    this.options = options
    this.watch = options.watch ?? []
    this.images = options.images ?? 'guarded'
    this.maxIds = options.bulk?.maxIds ?? 500
    this.isStrict = options.consistency === 'strict'
    this.#ignored = [...(options.ignore ?? []), ...bookkeepingPaths(settings)]
  }

  /** The cache, which is asked for only when there is something to do with it. */
  get cache(): Cache {
    const { cache } = this.options
    return typeof cache === 'function' ? cache() : cache
  }

  /** Whether a write may change the value at `path` without invalidating anything. */
  ignores(path: string): boolean {
    return this.#ignored.some((ignored) => overlaps(path, ignored))
  }

  /** Whether the operation changes anything that a cached value may depend on. */
  concerns({ touched }: Pick<WriteOperation, 'touched'>): boolean {
    if (touched === 'all') return true
    return [...touched].some((path) => !this.#ignored.some((ignored) => isWithin(path, ignored)))
  }

  /** Whether `before` and `after` belong into the operation's changes. */
  watches({ op, touched }: Pick<WriteOperation, 'op' | 'touched'>): boolean {
    if (op === 'insert' || op === 'unknown') return false
    if (touched === 'all') return this.watch.length > 0
    return this.watch.some((watched) => [...touched].some((path) => overlaps(path, watched)))
  }
}

function bookkeepingPaths({ timestamps, versionKey }: SchemaSettings): string[] {
  const paths = [guardField]
  if (versionKey !== false) paths.push(typeof versionKey === 'string' ? versionKey : '__v')
  if (timestamps === undefined || timestamps === null || timestamps === false) return paths
  const names = (typeof timestamps === 'object' ? timestamps : {}) as Record<string, unknown>
  // The other one, `createdAt`, is written with the document and never again.
  const { updatedAt } = names
  if (updatedAt !== false) paths.push(typeof updatedAt === 'string' ? updatedAt : 'updatedAt')
  return paths
}
