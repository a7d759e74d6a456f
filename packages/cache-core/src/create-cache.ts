import type { Cache } from './cache.ts'
import type { CacheOptions } from './options.ts'

export function createCache(options: CacheOptions): Cache {
  throw new Error(`being written ${options.namespace}`)
}
