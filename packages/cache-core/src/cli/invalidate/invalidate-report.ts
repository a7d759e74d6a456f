import type { InvalidationReport } from '../../invalidation/target.ts'
import { countOf, duration } from '../terminal/units.ts'
import type { TargetCount } from './count-targets.ts'
import { doneTo } from './run-invalidation.ts'
import { describeTargets, isSweep, type Targets } from './targets.ts'

/** What was done, in words. */
export function doneLines(
  report: InvalidationReport,
  {
    targets,
    mode,
    elapsedMs,
  }: { readonly targets: Targets; readonly mode: 'hard' | 'soft'; readonly elapsedMs: number },
): string[] {
  const removed = `${countOf(report.removed, 'entry', 'entries')} ${doneTo(mode)}`
  const parts = [
    ...(targets.keys.length > 0 || isSweep(targets) ? [removed] : []),
    ...(isSweep(targets) ? [`${countOf(report.scanned, 'name')} looked at`] : []),
    ...(targets.tags.length > 0 ? ['what carries the tags is judged when it is read'] : []),
  ]
  return [`Invalidated ${describeTargets(targets)} in ${duration(elapsedMs)}: ${parts.join(', ')}.`]
}

/** What would be done, in words. */
export function dryLines(
  found: TargetCount,
  { targets, mode }: { readonly targets: Targets; readonly mode: 'hard' | 'soft' },
): string[] {
  const parts = [
    ...(targets.keys.length > 0 ? [`${countOf(found.keys, 'entry', 'entries')} by key`] : []),
    ...(targets.tags.length > 0 ? [`${countOf(found.tagged, 'entry', 'entries')} by tag`] : []),
    ...(targets.patterns.length > 0 ? [`${countOf(found.swept, 'entry', 'entries')} by pattern`] : []),
    ...(targets.all ? [countOf(found.swept, 'entry', 'entries')] : []),
  ]
  return [`Would be ${doneTo(mode)}: ${parts.join(', ')}. Nothing was changed.`]
}
