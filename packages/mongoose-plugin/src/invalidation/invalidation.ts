import type { InvalidateTarget } from '@vidnest/cache-core'

import { WriteInvalidationError } from '../errors.ts'
import type { Registration } from '../registration.ts'

/** Targets that a registration named. */
export interface RegistrationTargets {
  readonly registration: Registration
  readonly targets: readonly InvalidateTarget[]
}

/** How an invalidation is done. */
export interface RunOptions {
  /** Whether the write may take effect later, so that nothing may be stored until it has or cannot. @defaultValue `false` */
  readonly isPending?: boolean
}

/** As long as the server lets a transaction live; a write whose sender is gone is decided by then. */
const longestWrite = '60s'

/** An invalidation that is due after a write, at once or after a commit. */
export class Invalidation {
  readonly #parts: readonly RegistrationTargets[]
  readonly #result: unknown
  /** What a callback threw; it is thrown after the rest was invalidated. */
  readonly #failure: WriteInvalidationError | undefined

  constructor(parts: readonly RegistrationTargets[], result: unknown, failure?: WriteInvalidationError) {
    this.#parts = parts
    this.#result = result
    this.#failure = failure
  }

  /** All of them as one, with the targets of each registration together. */
  static merge(invalidations: readonly Invalidation[]): Invalidation {
    const [first] = invalidations
    if (first !== undefined && invalidations.length === 1) return first
    const targets = new Map<Registration, InvalidateTarget[]>()
    for (const part of invalidations.flatMap((invalidation) => invalidation.#parts)) {
      const known = targets.get(part.registration)
      if (known === undefined) targets.set(part.registration, [...part.targets])
      else known.push(...part.targets)
    }
    const parts = [...targets].map(([registration, all]) => ({ registration, targets: all }))
    const failure = invalidations
      .map((invalidation) => invalidation.#failure)
      .find((found) => found !== undefined)
    return new Invalidation(parts, undefined, failure)
  }

  /** Invalidates, as often as it is called. @throws {WriteInvalidationError} only with `onError: 'throw'`. */
  async run({ isPending = false }: RunOptions = {}): Promise<void> {
    const failures = await Promise.all(this.#parts.map((part) => this.#runPart(part, isPending)))
    const failure = this.#failure ?? failures.find((found) => found !== undefined)
    if (failure !== undefined) throw failure
  }

  /**
   * Invalidates, and rejects when a cache did not acknowledge it: nothing is left to a queue of this process. There is no
   * caller whom a callback's error could be thrown at.
   */
  async insist(): Promise<void> {
    for (const { registration, targets } of this.#parts) {
      if (targets.length > 0) await registration.cache.invalidate(distinct(targets), { onFailure: 'throw' })
    }
    if (this.#failure !== undefined) warn('an invalidation after a write failed', this.#failure.cause)
  }

  /**
   * Runs `write` under a barrier for what strict registrations named. `write` may have it stand on after the end.
   * @throws {CacheError} when a barrier could not be put up and so nothing was written; else only what `write` throws.
   */
  async guard<Result>(write: (hold: () => Promise<void>) => Promise<Result>): Promise<Result> {
    const parts = this.#parts.filter(
      ({ registration, targets }) => registration.isStrict && targets.length > 0,
    )
    let written: Promise<Result> | undefined
    const hold = (): Promise<void> =>
      new Invalidation(parts, undefined).run({ isPending: true }).catch(() => {})
    let guarded = (): Promise<unknown> => {
      written = write(hold)
      return written
    }
    for (const { registration, targets } of parts) {
      const inner = guarded
      guarded = () => registration.cache.guard(distinct(targets), inner, { timeout: longestWrite })
    }
    try {
      await guarded()
    } catch (error) {
      // What the end of a barrier fails for is seen to by the invalidation that follows.
      if (written === undefined) throw error
    }
    return written as Promise<Result>
  }

  async #runPart(
    { registration, targets }: RegistrationTargets,
    isPending: boolean,
  ): Promise<WriteInvalidationError | undefined> {
    const all = distinct(targets)
    const held = isPending ? all.filter(isHoldable) : []
    const rest = isPending ? all.filter((target) => !isHoldable(target)) : all
    try {
      const cache = registration.cache
      if (held.length > 0) await cache.invalidate(held, { onFailure: 'queue', hold: longestWrite })
      if (rest.length > 0) await cache.invalidate(rest, { onFailure: 'queue' })
      return undefined
    } catch (error) {
      return reportFailure(registration, error, this.#result)
    }
  }
}

/** Tells of a failed invalidation as the registration's `onError` says; returns what is to be thrown, if anything. */
export function reportFailure(
  { options: { onError } }: Registration,
  error: unknown,
  result: unknown,
): WriteInvalidationError | undefined {
  if (onError === 'throw') return new WriteInvalidationError(result, error)
  try {
    if (onError === undefined) warn('an invalidation after a write failed', error)
    else onError(error)
  } catch (thrown) {
    warn('onError of the cache plugin failed', thrown)
  }
  return undefined
}

/** A process warning that tells the kind of an error, never what it says. */
export function warn(what: string, error: unknown): void {
  const kind = error instanceof Error ? error.name : typeof error
  process.emitWarning(`${what} (${kind})`, 'CacheWarning')
}

/** Whether storing can be held back: the entries of a pattern are not known ahead. */
function isHoldable(target: InvalidateTarget): boolean {
  return target !== 'all' && !('pattern' in target)
}

function distinct(targets: readonly InvalidateTarget[]): InvalidateTarget[] {
  const byText = new Map<unknown, InvalidateTarget>()
  for (const target of targets) {
    const own = typeof target === 'object' && 'matches' in target
    byText.set(own ? target : JSON.stringify(target), target)
  }
  return [...byText.values()]
}
