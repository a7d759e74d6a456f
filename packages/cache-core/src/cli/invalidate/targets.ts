import type { InvalidateTarget } from '../../invalidation/target.ts'
import type { Arguments } from '../arguments/arguments.ts'
import { usageError } from '../cli-error.ts'
import { countOf } from '../terminal/units.ts'

/** What is to be invalidated. */
export interface Targets {
  readonly keys: readonly string[]
  readonly tags: readonly string[]
  readonly patterns: readonly string[]
  readonly all: boolean
}

/** @throws {CliError} when nothing was named, or `--all` beside something. */
export function readTargets(args: Arguments): Targets {
  const targets = {
    keys: unique(args.texts('key')),
    tags: unique(args.texts('tag')),
    patterns: unique(args.texts('pattern')),
    all: args.flag('all'),
  }
  const named = targets.keys.length + targets.tags.length + targets.patterns.length
  if (named === 0 && !targets.all) throw usageError('invalidate: say what: --key, --tag, --pattern or --all')
  if (named > 0 && targets.all)
    throw usageError('invalidate: --all stands for everything, so nothing else goes with it')
  return targets
}

/** Whether all names of the namespace are gone through. */
export function isSweep({ patterns, all }: Targets): boolean {
  return all || patterns.length > 0
}

/** As `cache.invalidate` takes them. */
export function toInvalidateTargets({ keys, tags, patterns, all }: Targets): InvalidateTarget[] {
  if (all) return ['all']
  return [
    ...keys.map((key) => ({ key })),
    ...tags.map((tag) => ({ tag })),
    ...patterns.map((pattern) => ({ pattern })),
  ]
}

/** In words, without naming what a user of the cache may have put into a key. */
export function describeTargets({ keys, tags, patterns, all }: Targets): string {
  if (all) return 'all entries'
  const parts = [
    keys.length > 0 ? countOf(keys.length, 'key') : '',
    tags.length > 0 ? countOf(tags.length, 'tag') : '',
    patterns.length > 0 ? countOf(patterns.length, 'pattern') : '',
  ]
  return parts.filter((part) => part !== '').join(' and ')
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
