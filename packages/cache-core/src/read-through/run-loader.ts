import { checkOptions } from '../check-options.ts'
import { copyEncoded, type EncodedValue } from '../codec/value-format.ts'
import {
  CacheConfigError,
  CacheSerializationError,
  CacheTimeoutError,
  isCacheError,
  kindOfError,
} from '../errors.ts'
import type { Audience } from '../flight/flight.ts'
import type { LazyController } from '../flight/lazy-controller.ts'
import { tagsFit } from '../envelope/slot.ts'
import type { LoadContext } from '../load-context.ts'
import type { EventBus } from '../observability/events.ts'
import { applyJitter } from '../policy/policy.ts'
import type { Bulkhead } from '../resilience/bulkhead.ts'
import type { Clock } from '../time/clock.ts'
import { durationToMs } from '../time/duration.ts'
import { checkSchema } from '../schema.ts'
import type { EntryRequest } from './entry-request.ts'
import type { SchemaProbe } from './schema-probe.ts'

/** What a load came to. */
export type LoadResult = StorableResult | UnstoredResult

interface LoadOutcome {
  /** What the caller gets whose load this is. */
  readonly value: unknown
  /** Whether callers that waited may have the value although it is not stored. */
  readonly shared: boolean
  readonly tags: readonly string[]
  readonly lifeMs: number
  readonly costMs: number
}

/** A value that is to be stored. */
export interface StorableResult extends LoadOutcome {
  readonly action: 'store'
  readonly encoded: EncodedValue
}

/** A value that is not: `remove` what it was to replace, or `skip` and leave that. */
export interface UnstoredResult extends LoadOutcome {
  readonly action: 'remove' | 'skip'
  /** Gives every caller a value of its own; `undefined` when the value cannot be encoded. */
  readonly encoded: EncodedValue | undefined
}

/** What a value is made ready with. */
export interface ValueTools {
  readonly clock: Clock
  readonly events: EventBus
  readonly random: () => number
  readonly schemaProbe: SchemaProbe
}

/** What a loader is run with. */
export interface LoaderTools extends ValueTools {
  readonly bulkhead: Bulkhead
}

/** What a loader said beside its value. */
interface Wishes {
  skip: boolean
  shared: boolean
  ttlMs: number | undefined
  tags: string[]
}

/** How one load is run. */
export interface LoaderRun {
  /** Those who wait for the load: it is aborted when the last one leaves, or its time is up. */
  readonly audience: Audience
  /** The value that is being replaced. */
  readonly stale: unknown
}

/**
 * Runs the loader of an entry and makes ready what is to be stored.
 * @throws what the loader throws; {CacheTimeoutError} at `hardTimeout`.
 */
export async function runLoader(
  request: EntryRequest,
  tools: LoaderTools,
  { audience, stale }: LoaderRun,
): Promise<LoadResult> {
  const wishes: Wishes = { skip: false, shared: true, ttlMs: undefined, tags: [] }
  const { controller } = audience
  const context = loadContext(controller, stale, wishes)
  const { loaded, costMs } = await findPlace(request, tools, {
    controller,
    load: async () => {
      // From now on it has a hardTimeout of its own.
      if (request.rules.policy.hardTimeoutMs > 0) audience.outlastTimeouts()
      return request.load(context)
    },
  })
  return prepare(request, tools, { loaded, wishes, costMs })
}

/** A loader that is ready to run. */
interface ReadyLoad {
  readonly controller: LazyController
  readonly load: () => Promise<unknown>
}

interface Loaded {
  readonly loaded: unknown
  readonly costMs: number
}

/** Runs the loader as soon as there is a place for it. */
function findPlace(request: EntryRequest, tools: LoaderTools, ready: ReadyLoad): Promise<Loaded> {
  const { controller } = ready
  if (request.inBatch === true) return measureLoad(request, tools, ready)
  if (request.rules.policy.hardTimeoutMs === 0)
    return tools.bulkhead.run(() => measureLoad(request, tools, ready), controller)
  return new Promise((resolve, reject) => {
    // Nobody waits for a loader after its hardTimeout, but it keeps its place until it has ended.
    const run = async (): Promise<void> => {
      let running: Promise<unknown> | undefined
      const load = (): Promise<unknown> => (running = ready.load())
      measureLoad(request, tools, { ...ready, load }).then(resolve, reject)
      await running
    }
    tools.bulkhead.run(run, controller).catch(reject)
  })
}

/** Runs the loader up to its `hardTimeout`, counts it and tells of it. */
async function measureLoad(request: EntryRequest, tools: LoaderTools, ready: ReadyLoad): Promise<Loaded> {
  const { counters, policy, name } = request.rules
  const startedAt = tools.clock.now()
  counters.loads += 1
  let failed = true
  try {
    const loaded = await (policy.hardTimeoutMs === 0
      ? ready.load()
      : withinHardTimeout(ready.load(), ready.controller, { tools, request }))
    failed = false
    return { loaded, costMs: tools.clock.now() - startedAt }
  } finally {
    const durationMs = tools.clock.now() - startedAt
    counters.loadMs += durationMs
    if (failed) counters.loadErrors += 1
    if (tools.events.has('load')) tools.events.emit('load', { definition: name, durationMs, failed })
  }
}

/** The loader's result; at `hardTimeout` its signal is aborted and it is not waited for any longer. */
function withinHardTimeout(
  load: Promise<unknown>,
  controller: LazyController,
  { tools, request }: { readonly tools: LoaderTools; readonly request: EntryRequest },
): Promise<unknown> {
  const { policy, counters } = request.rules
  return new Promise((resolve, reject) => {
    const timer = tools.clock.setTimer(policy.hardTimeoutMs, () => {
      counters.loadTimeouts += 1
      const message = `the loader did not answer within its hardTimeout of ${String(policy.hardTimeoutMs)} ms`
      const error = new CacheTimeoutError('loader', message)
      reject(error)
      controller.abort(error)
    })
    load.then(resolve, reject).finally(() => {
      timer.cancel()
    })
  })
}

/** Makes a value ready to be stored, as a load that returned it would. */
export function prepareValue(request: EntryRequest, tools: ValueTools, value: unknown): Promise<LoadResult> {
  const wishes: Wishes = { skip: false, shared: true, ttlMs: undefined, tags: [] }
  return prepare(request, tools, { loaded: value, wishes, costMs: 0 })
}

function loadContext(controller: LazyController, stale: unknown, wishes: Wishes): LoadContext {
  return {
    get signal() {
      return controller.signal
    },
    stale,
    skip(value, options) {
      if (options !== undefined) checkOptions(options, ['shared'], 'skip')
      wishes.skip = true
      wishes.shared = options?.shared ?? true
      return value
    },
    ttl(duration) {
      wishes.ttlMs = durationToMs(duration, 'ttl')
    },
    tags(tags) {
      wishes.tags.push(...checkTags(tags))
    },
  }
}

async function prepare(
  request: EntryRequest,
  tools: ValueTools,
  { loaded, wishes, costMs }: { loaded: unknown; wishes: Wishes; costMs: number },
): Promise<LoadResult> {
  const { policy, schema, format } = request.rules
  const ownMs =
    loaded === null ? policy.negativeTtlMs : applyJitter(policy.ttlMs, policy.jitter, tools.random())
  const lifeMs = wishes.ttlMs ?? ownMs
  const outcome = { tags: request.tags, lifeMs, costMs, shared: wishes.shared }
  if (loaded === undefined) return { ...outcome, value: undefined, encoded: undefined, action: 'remove' }
  // Whatever fails from here on is the cache's trouble: the loader's value still goes to its callers, unstored.
  let checked: unknown = loaded
  try {
    if (schema !== undefined) checked = await checkSchema(schema, loaded)
  } catch (error) {
    report(request, tools, error)
    return { ...outcome, value: loaded, encoded: undefined, action: 'skip' }
  }
  let encoded: EncodedValue | undefined
  try {
    encoded = format.encode(checked)
    tools.schemaProbe.probe(request.rules, encoded)
    const tags = allTags(request, checked, wishes.tags)
    if (!tagsFit(tags)) throw new CacheSerializationError('size', 'the tags take more than 99,999 characters')
    format.refuseLarge(encoded)
    const unstored = loaded === null ? 'remove' : 'skip'
    const action = wishes.skip ? 'skip' : lifeMs === 0 ? unstored : 'store'
    return { ...outcome, value: encoded.value, encoded, tags, action }
  } catch (error) {
    report(request, tools, error)
    const value = encoded === undefined ? checked : encoded.value
    // The value is right although it cannot be stored, so what it was to replace is not.
    return { ...outcome, value, encoded, action: wishes.skip ? 'skip' : 'remove' }
  }
}

function report(request: EntryRequest, tools: ValueTools, error: unknown): void {
  if (!tools.events.has('codecError')) return
  tools.events.emit('codecError', {
    definition: request.rules.name,
    error: isCacheError(error)
      ? error
      : new CacheSerializationError('value', `valueTags threw (${kindOfError(error)})`),
  })
}

function allTags(request: EntryRequest, value: unknown, wished: readonly string[]): readonly string[] {
  const ofValue = value === null ? [] : checkTags(request.valueTags(value))
  if (ofValue.length === 0 && wished.length === 0) return request.tags
  return [...new Set([...request.tags, ...ofValue, ...wished])]
}

/** @throws {CacheConfigError} for what is no list of non-empty strings. */
export function checkTags(tags: readonly string[]): readonly string[] {
  if (!Array.isArray(tags)) throw new CacheConfigError('tags', 'must be an array of strings')
  for (const [index, tag] of tags.entries()) {
    if (typeof tag !== 'string' || tag === '')
      throw new CacheConfigError(`tags[${String(index)}]`, 'must be a non-empty string')
  }
  return tags
}

/**
 * The value for one more caller: a copy of its own, so that no caller can change what another has. What cannot be encoded
 * cannot be copied, so there they share it.
 */
export function copyOf(result: LoadResult): unknown {
  return result.encoded === undefined ? result.value : copyEncoded(result.encoded)
}
