import { checkOptions } from '../check-options.ts'
import { CacheConfigError } from '../errors.ts'
import type { InvalidationMode } from '../store/entry-store.ts'
import { finiteDurationToMs } from '../time/duration.ts'
import type { InvalidateOptions, InvalidateTarget, MatchingTarget, PatternTarget } from './target.ts'

/** Targets sorted by what has to be done. */
export interface Plan {
  readonly keys: readonly string[]
  readonly tags: readonly string[]
  readonly sweeps: readonly (PatternTarget | MatchingTarget | 'all')[]
  readonly mode: InvalidationMode
  /** How long nothing may be stored for the targets afterwards; 0 for not at all. */
  readonly holdMs: number
}

/** Longest glob: what is longer was built from something a user sent. */
const longestPattern = 512

const known: readonly (keyof InvalidateOptions)[] = [
  'mode',
  'hold',
  'dryRun',
  'signal',
  'onProgress',
  'onFailure',
]

/** Checks and sorts targets. @throws {CacheConfigError} naming the bad one, or the bad option. */
export function planInvalidation(
  targets: InvalidateTarget | readonly InvalidateTarget[],
  options: InvalidateOptions = {},
): Plan {
  checkOptions(options, known, 'options')
  const mode: unknown = options.mode ?? 'hard'
  if (mode !== 'hard' && mode !== 'soft') throw new CacheConfigError('mode', "must be 'hard' or 'soft'")
  const holdMs = options.hold === undefined ? 0 : finiteDurationToMs(options.hold, 'hold')
  if (holdMs > 0 && mode === 'soft')
    throw new CacheConfigError('hold', "goes with mode 'hard': a value that is still served is not held back")
  const onFailure: unknown = options.onFailure ?? 'throw'
  if (onFailure !== 'throw' && onFailure !== 'queue')
    throw new CacheConfigError('onFailure', "must be 'throw' or 'queue'")
  const list: readonly InvalidateTarget[] = Array.isArray(targets) ? targets : [targets as InvalidateTarget]
  const keys = new Set<string>()
  const tags = new Set<string>()
  const sweeps: (PatternTarget | MatchingTarget | 'all')[] = []
  for (const [index, target] of list.entries()) {
    const path = `targets[${String(index)}]`
    if (target === 'all') sweeps.push('all')
    else if (typeof target !== 'object' || (target as unknown) === null) throw badTarget(path)
    else if ('key' in target) keys.add(checkText(target.key, `${path}.key`))
    else if ('tag' in target) tags.add(checkText(target.tag, `${path}.tag`))
    else if ('pattern' in target) sweeps.push(checkPattern(target, path))
    else throw badTarget(path)
  }
  if (holdMs > 0 && sweeps.length > 0) throw unguardable(list)
  return { keys: [...keys], tags: [...tags], sweeps, mode, holdMs }
}

/** Checks and sorts the targets of a barrier. @throws {CacheConfigError} for what no barrier can stand before. */
export function planBarrier(targets: InvalidateTarget | readonly InvalidateTarget[]): Plan {
  const plan = planInvalidation(targets)
  if (plan.sweeps.length > 0) throw unguardable(Array.isArray(targets) ? targets : [targets])
  return plan
}

function unguardable(targets: readonly InvalidateTarget[]): CacheConfigError {
  const index = targets.findIndex((target) => target === 'all' || 'pattern' in target)
  return new CacheConfigError(
    `targets[${String(index)}]`,
    'is no key and no tag: nothing can be held back by a pattern, since its keys are not known ahead',
  )
}

function badTarget(path: string): CacheConfigError {
  return new CacheConfigError(
    path,
    "must be { key }, { tag }, { pattern }, 'all', or what target() or targetMatching() return",
  )
}

function checkText(text: unknown, path: string): string {
  if (typeof text !== 'string' || text === '') throw new CacheConfigError(path, 'must be a non-empty string')
  return text
}

function checkPattern<Target extends PatternTarget | MatchingTarget>(target: Target, path: string): Target {
  if (checkText(target.pattern, `${path}.pattern`).length > longestPattern) {
    throw new CacheConfigError(
      `${path}.pattern`,
      `must not be longer than ${String(longestPattern)} characters`,
    )
  }
  return target
}
