import { CacheConfigError } from '../errors.ts'
import type { InvalidateTarget, MatchingTarget, PatternTarget } from './target.ts'

/** Targets sorted by what has to be done. */
export interface Plan {
  readonly keys: readonly string[]
  readonly tags: readonly string[]
  readonly sweeps: readonly (PatternTarget | MatchingTarget | 'all')[]
}

/** Longest glob: what is longer was built from something a user sent. */
const longestPattern = 512

/** Checks and sorts targets. @throws {CacheConfigError} naming the bad one. */
export function planInvalidation(targets: InvalidateTarget | readonly InvalidateTarget[]): Plan {
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
  return { keys: [...keys], tags: [...tags], sweeps }
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
