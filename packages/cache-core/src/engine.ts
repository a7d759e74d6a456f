import { CacheClosedError } from './errors.ts'
import type { ValueFormats } from './codec/value-formats.ts'
import type { InvalidationQueue } from './invalidation/queue.ts'
import type { Guard } from './invalidation/guard.ts'
import type { Invalidator } from './invalidation/invalidator.ts'
import type { EventBus } from './observability/events.ts'
import type { Recorder } from './observability/recorder.ts'
import type { ResolvedPolicy } from './policy/policy.ts'
import type { PolicyChoice } from './definition.ts'
import type { Background } from './read-through/background.ts'
import type { Inspector } from './read-through/inspect.ts'
import type { NearReads } from './read-through/near-reads.ts'
import type { ReadMany } from './read-through/read-many.ts'
import type { ReadThrough } from './read-through/read-through.ts'
import type { Writer } from './read-through/writer.ts'
import type { KeyNames } from './store/key-names.ts'

/** The working parts of one cache, wired by `createCache`; definitions stand on them. */
export interface Engine {
  readonly names: KeyNames
  readonly readThrough: ReadThrough
  readonly readMany: ReadMany
  /** The tier before Redis, where there is one. */
  readonly near: NearReads | undefined
  readonly writer: Writer
  readonly invalidator: Invalidator
  readonly guard: Guard
  readonly inspector: Inspector
  readonly queue: InvalidationQueue
  readonly background: Background
  readonly recorder: Recorder
  readonly events: EventBus
  /** The policy that is meant. @throws {CacheConfigError} for an unknown name or a bad policy. */
  readonly resolvePolicy: (choice: PolicyChoice, path: string) => ResolvedPolicy
  readonly formats: ValueFormats
  readonly isClosed: () => boolean
}

/** @throws {CacheClosedError} after `close()`. Reads never ask: they go on with their loaders. */
export function assertOpen(engine: Pick<Engine, 'isClosed'>): void {
  if (engine.isClosed()) throw new CacheClosedError()
}
