import type { QueryCacheOptions } from './query-cache-options.ts'

interface PopulatingQuery {
  readonly _mongooseOptions?: { readonly populate?: Readonly<Record<string, PopulatedPath>> }
}

interface PopulatedPath {
  options?: object
}

/**
 * Lets the finds that fill the populated paths be cached like the query itself: they are made with these
 * options, of which a model without the plugin knows no `cache`. A path whose own options have `cache` keeps that.
 */
export function cachePopulated(query: object, options: QueryCacheOptions): void {
  for (const path of Object.values((query as PopulatingQuery)._mongooseOptions?.populate ?? {})) {
    const own = path.options
    if (own === undefined || !('cache' in own)) path.options = { ...own, cache: options }
  }
}
