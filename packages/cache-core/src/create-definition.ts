import type { BatchOptions, Definition, EntryInfo, ReadOptions } from './definition.ts'
import { assertOpen, type Engine } from './engine.ts'
import { CacheConfigError } from './errors.ts'
import { createKeyBuilder, type KeyBuilder } from './keys/define-key.ts'
import type { ParsedTemplate } from './keys/template.ts'
import type { Loader } from './load-context.ts'
import { Requests, type AnyDefinitionOptions, type RequestParts } from './definition-requests.ts'
import type { EntryRules } from './read-through/entry-request.ts'
import type { ReadCall } from './read-through/read-through.ts'
import type { LoadMany as BatchLoader } from './read-through/load-batch.ts'
import { durationToMs } from './time/duration.ts'
import { checkOptions } from './check-options.ts'
import type { StandardSchema } from './schema.ts'

const known = [
  'key',
  'load',
  'schema',
  'policy',
  'tags',
  'valueTags',
  'version',
  'codec',
  'compression',
  'maxValueBytes',
]
const highestVersion = 9999

/** Makes the definition of a template that is already parsed and checked against its neighbours. */
export function createDefinition(
  options: AnyDefinitionOptions,
  parsed: ParsedTemplate,
  engine: Engine,
): Definition<unknown, unknown> {
  const rules = checkDefinition(options, engine)
  const key = createKeyBuilder<unknown>(parsed)
  const parts: RequestParts = { options, rules, key, engine }
  const requests = new Requests(parts)
  return {
    name: options.key,
    key: (params) => key.build(params),
    target: (params) => ({ key: key.build(params) }),
    targetMatching: (params) => matching(key, params),
    ...reads(requests, parts),
    ...writes(requests, engine),
    ...invalidations(key, engine),
  }
}

type Reads = 'get' | 'getOrSet' | 'getMany' | 'getOrSetMany' | 'refresh' | 'has' | 'entry'

function reads(
  requests: Requests,
  { key, rules, engine }: RequestParts,
): Pick<Definition<unknown, unknown>, Reads> {
  const { readThrough, readMany, inspector, near } = engine
  /** The value in memory, before anything else is made for the read. */
  const takeNear = (bareKey: string, { fresh, signal }: ReadCall): unknown => {
    if (near === undefined || fresh || signal?.aborted === true) return undefined
    return near.take(bareKey, rules)
  }
  return {
    get: async (params, read) => {
      const bareKey = key.build(params)
      const call = readCall(read)
      const value = takeNear(bareKey, call)
      return value === undefined ? readThrough.get(requests.keyed(bareKey, params), call) : value
    },
    getOrSet: (params: unknown, second?: Loader<unknown> | ReadOptions, third?: ReadOptions) => {
      const loader = typeof second === 'function' ? second : undefined
      const read = typeof second === 'function' ? third : (second ?? third)
      try {
        const bareKey = key.build(params)
        const call = readCall(read)
        const value = takeNear(bareKey, call)
        if (value !== undefined) return Promise.resolve(value)
        return readThrough.getOrSet(requests.keyed(bareKey, params, loader), call)
      } catch (error) {
        return Promise.reject(error as Error)
      }
    },
    getMany: async (params, read) => readMany.getMany(requests.ofMany(params), batchSignal(read)),
    getOrSetMany: async (params, loadMany, read) => {
      const load: BatchLoader | undefined =
        loadMany &&
        ((indexes, context) =>
          loadMany(
            indexes.map((index) => params[index]),
            context,
          ))
      return readMany.getOrSetMany(requests.ofMany(params), readCall(read), load)
    },
    refresh: async (params, read) =>
      readThrough.getOrSet(requests.of(params), { ...readCall(read), fresh: true }),
    has: async (params) => {
      const request = requests.of(params)
      return near?.has(request.bareKey, rules) === true || readThrough.has(request)
    },
    entry: async (params) => inspector.inspect(requests.of(params)) as Promise<EntryInfo<unknown>>,
  }
}

type Writes = 'set' | 'writeThrough' | 'expire'

function writes(requests: Requests, engine: Engine): Pick<Definition<unknown, unknown>, Writes> {
  return {
    set: async (params, value) => {
      assertOpen(engine)
      return engine.writer.set(requests.of(params), value)
    },
    writeThrough: async (params, write) => {
      assertOpen(engine)
      return engine.writer.writeThrough(requests.of(params), write)
    },
    expire: async (params, ttl) => {
      assertOpen(engine)
      return engine.writer.expire(requests.of(params), durationToMs(ttl, 'ttl'))
    },
  }
}

type Invalidations = 'invalidate' | 'invalidateMatching'

function invalidations(
  key: KeyBuilder<unknown>,
  engine: Engine,
): Pick<Definition<unknown, unknown>, Invalidations> {
  return {
    invalidate: async (params, how) => {
      assertOpen(engine)
      return engine.invalidator.invalidate({ key: key.build(params) }, how)
    },
    invalidateMatching: async (params, how) => {
      assertOpen(engine)
      return engine.invalidator.invalidate(matching(key, params), how)
    },
  }
}

function matching(
  key: KeyBuilder<unknown>,
  params: Partial<unknown>,
): { pattern: string; matches: (name: string) => boolean } {
  return { pattern: key.pattern(params), matches: (name) => key.matches(name, params) }
}

const readOptions: readonly (keyof ReadOptions)[] = ['signal', 'fresh']
const batchOptions: readonly (keyof BatchOptions)[] = ['signal']
const plainCall: ReadCall = { signal: undefined, fresh: false }

function readCall(read: ReadOptions | undefined): ReadCall {
  if (read === undefined) return plainCall
  checkOptions(read, readOptions, 'options')
  return { signal: read.signal, fresh: read.fresh ?? false }
}

function batchSignal(read: BatchOptions | undefined): AbortSignal | undefined {
  if (read !== undefined) checkOptions(read, batchOptions, 'options')
  return read?.signal
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
    format: engine.formats.of(options),
    version,
    counters: engine.recorder.counters(options.key),
  }
}

function isStandardSchema(schema: unknown): schema is StandardSchema {
  return (
    (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema
  )
}
