import type { PlainDefinitionOptions, SchemaDefinitionOptions } from './definition.ts'
import type { Engine } from './engine.ts'
import { CacheConfigError } from './errors.ts'
import type { KeyBuilder } from './keys/define-key.ts'
import type { LoadContext, Loader } from './load-context.ts'
import type { EntryRequest, EntryRules } from './read-through/entry-request.ts'
import { checkTags } from './read-through/run-loader.ts'

/** What `cache.define` takes, whichever of its forms was used; the public types narrow it. */
export type AnyDefinitionOptions =
  | SchemaDefinitionOptions<string, unknown>
  | PlainDefinitionOptions<string, unknown>

const noTags: readonly string[] = []

/** What the requests of a definition are made from. */
export interface RequestParts {
  readonly options: AnyDefinitionOptions
  readonly rules: EntryRules
  readonly key: KeyBuilder<unknown>
  readonly engine: Engine
}

/** Makes the requests of one definition. */
export class Requests {
  readonly #parts: RequestParts

  constructor(parts: RequestParts) {
    this.#parts = parts
  }

  of(params: unknown, loader?: Loader<unknown>): EntryRequest {
    return this.keyed(this.#parts.key.build(params), params, loader)
  }

  /** The same for whoever has built the key already. */
  keyed(bareKey: string, params: unknown, loader?: Loader<unknown>): EntryRequest {
    return new DefinedRequest(this.#parts, { bareKey, params, loader })
  }

  ofMany(params: readonly unknown[]): EntryRequest[] {
    if (!Array.isArray(params)) throw new CacheConfigError('params', 'must be an array of parameters')
    return params.map((one: unknown) => this.of(one))
  }
}

interface Call {
  readonly bareKey: string
  readonly params: unknown
  readonly loader: Loader<unknown> | undefined
}

/** A request of a definition: one object, whose functions are made once for all. */
class DefinedRequest implements EntryRequest {
  readonly rules: EntryRules
  readonly key: string
  readonly bareKey: string
  readonly tags: readonly string[]
  readonly #parts: RequestParts
  readonly #params: never
  readonly #loader: Loader<unknown> | undefined

  constructor(parts: RequestParts, { bareKey, params, loader }: Call) {
    const { options, rules, engine } = parts
    this.#parts = parts
    this.#params = params as never
    this.#loader = loader
    this.rules = rules
    this.key = engine.names.entry(bareKey)
    this.bareKey = bareKey
    this.tags = options.tags === undefined ? noTags : checkTags(options.tags(this.#params))
  }

  valueTags(value: unknown): readonly string[] {
    return this.#parts.options.valueTags?.(value as never, this.#params) ?? noTags
  }

  load(context: LoadContext): unknown {
    if (this.#loader !== undefined) return this.#loader(context)
    const { load, key } = this.#parts.options
    if (load === undefined)
      throw new CacheConfigError('load', `'${key}' has no loader: define one, or give getOrSet one`)
    return (load as (params: never, context: LoadContext) => unknown)(this.#params, context)
  }
}
