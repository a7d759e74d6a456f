import type {
  Definition,
  EntryInfo,
  PlainDefinitionOptions,
  ReadOptions,
  SchemaDefinitionOptions,
} from './definition.ts'
import { assertOpen, type Engine } from './engine.ts'
import { CacheConfigError } from './errors.ts'
import { createKeyBuilder, type KeyBuilder } from './keys/define-key.ts'
import type { ParsedTemplate } from './keys/template.ts'
import type { LoadContext, Loader } from './load-context.ts'
import type { EntryRequest, EntryRules } from './read-through/entry-request.ts'
import { checkTags } from './read-through/run-loader.ts'
import type { ReadCall } from './read-through/read-through.ts'
import type { LoadMany as BatchLoader } from './read-through/load-batch.ts'
import { durationToMs } from './time/duration.ts'
import { checkOptions } from './check-options.ts'
import type { StandardSchema } from './schema.ts'

/** What `cache.define` takes, whichever of its forms was used; the public types narrow it. */
export type AnyDefinitionOptions =
  | SchemaDefinitionOptions<string, unknown>
  | PlainDefinitionOptions<string, unknown>

const known = ['key', 'load', 'schema', 'policy', 'tags', 'valueTags', 'version']
const highestVersion = 9999

/** Makes the definition of a template that is already parsed and checked against its neighbours. */
export function createDefinition(
  options: AnyDefinitionOptions,
  parsed: ParsedTemplate,
  engine: Engine,
): Definition<unknown, unknown> {
  const rules = checkDefinition(options, engine)
  const key = createKeyBuilder<unknown>(parsed)
  const requests = new Requests({ options, rules, key, engine })
  const target = (params: unknown): { key: string } => ({ key: key.build(params) })
  return {
    name: options.key,
    get: async (params, read) => engine.readThrough.get(requests.of(params), readCall(read)),
    getOrSet: async (params: unknown, second?: Loader<unknown> | ReadOptions, third?: ReadOptions) => {
      const loader = typeof second === 'function' ? second : undefined
      const read = typeof second === 'function' ? third : second
      return engine.readThrough.getOrSet(requests.of(params, loader), readCall(read))
    },
    getMany: async (params, read) => engine.readThrough.getMany(requests.ofMany(params), read?.signal),
    getOrSetMany: async (params, loadMany, read) => {
      const load: BatchLoader | undefined =
        loadMany &&
        ((indexes, context) =>
          loadMany(
            indexes.map((index) => params[index]),
            context,
          ))
      return engine.readThrough.getOrSetMany(requests.ofMany(params), readCall(read), load)
    },
    refresh: async (params, read) =>
      engine.readThrough.getOrSet(requests.of(params), { ...readCall(read), fresh: true }),
    has: async (params) => engine.readThrough.has(requests.of(params)),
    expire: async (params, ttl) => {
      assertOpen(engine)
      return engine.writer.expire(requests.of(params), durationToMs(ttl, 'ttl'))
    },
    entry: async (params) => engine.inspector.inspect(requests.of(params)) as Promise<EntryInfo<unknown>>,
    set: async (params, value) => {
      assertOpen(engine)
      return engine.writer.set(requests.of(params), value)
    },
    writeThrough: async (params, write) => {
      assertOpen(engine)
      return engine.writer.writeThrough(requests.of(params), write)
    },
    invalidate: async (params, how) => {
      assertOpen(engine)
      return engine.invalidator.invalidate(target(params), how)
    },
    invalidateMatching: async (params, how) => {
      assertOpen(engine)
      return engine.invalidator.invalidate(matching(key, params), how)
    },
    key: (params) => key.build(params),
    target,
    targetMatching: (params) => matching(key, params),
  }
}

function matching(
  key: KeyBuilder<unknown>,
  params: Partial<unknown>,
): { pattern: string; matches: (name: string) => boolean } {
  return { pattern: key.pattern(params), matches: (name) => key.matches(name, params) }
}

function readCall(read: ReadOptions | undefined): ReadCall {
  return { signal: read?.signal, fresh: read?.fresh ?? false }
}

function checkDefinition(options: AnyDefinitionOptions, engine: Engine): EntryRules {
  checkOptions(options, known, 'definition')
  for (const name of ['load', 'tags', 'valueTags'] as const) {
    const option: unknown = options[name]
    if (option !== undefined && typeof option !== 'function')
      throw new CacheConfigError(name, 'must be a function')
  }
  const schema: unknown = 'schema' in options ? options.schema : undefined
  if (schema !== undefined && !isStandardSchema(schema)) {
    throw new CacheConfigError('schema', 'must be a Standard Schema, such as one of zod, valibot or arktype')
  }
  const version = options.version ?? 1
  if (!Number.isInteger(version) || version < 0 || version > highestVersion) {
    throw new CacheConfigError('version', `must be a whole number from 0 to ${String(highestVersion)}`)
  }
  return {
    name: options.key,
    policy: engine.resolvePolicy(options.policy, 'policy'),
    schema,
    version,
    counters: engine.recorder.counters(options.key),
  }
}

function isStandardSchema(schema: unknown): schema is StandardSchema {
  return (
    (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema
  )
}

const noTags: readonly string[] = []

interface RequestParts {
  readonly options: AnyDefinitionOptions
  readonly rules: EntryRules
  readonly key: KeyBuilder<unknown>
  readonly engine: Engine
}

/** Makes the requests of one definition. */
class Requests {
  readonly #parts: RequestParts

  constructor(parts: RequestParts) {
    this.#parts = parts
  }

  of(params: unknown, loader?: Loader<unknown>): EntryRequest {
    const { options, rules, key, engine } = this.#parts
    const { tags, valueTags } = options
    const given = params as never
    return {
      rules,
      key: engine.names.entry(key.build(params)),
      tags: tags === undefined ? noTags : checkTags(tags(given)),
      valueTags: valueTags === undefined ? undefined : (value) => valueTags(value as never, given),
      load: loader ?? this.#load(given),
    }
  }

  ofMany(params: readonly unknown[]): EntryRequest[] {
    if (!Array.isArray(params)) throw new CacheConfigError('params', 'must be an array of parameters')
    return params.map((one: unknown) => this.of(one))
  }

  #load(params: never): (context: LoadContext) => unknown {
    const { load, key } = this.#parts.options
    if (load !== undefined)
      return (context) => (load as (params: never, context: LoadContext) => unknown)(params, context)
    return () => {
      throw new CacheConfigError('load', `'${key}' has no loader: define one, or give getOrSet one`)
    }
  }
}
