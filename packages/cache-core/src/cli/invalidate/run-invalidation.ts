import { createCache } from '../../create-cache.ts'
import type { InvalidationReport } from '../../invalidation/target.ts'
import { interrupted } from '../cli-error.ts'
import { deadlineMs } from '../connection/connect.ts'
import type { Connection } from '../connection/connection.ts'
import { pagesOf } from '../survey/walk.ts'
import type { Progress } from '../terminal/progress.ts'
import { countOf } from '../terminal/units.ts'
import { isSweep, toInvalidateTargets, type Targets } from './targets.ts'

/** How to invalidate. */
export interface InvalidationRun {
  readonly connection: Connection
  readonly namespace: string
  readonly targets: Targets
  readonly mode: 'hard' | 'soft'
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * Invalidates through a cache of the namespace, as every process that uses it does, so that what holds for them holds here.
 * @throws {CliError} saying how far it came when it was stopped.
 */
export async function runInvalidation(run: InvalidationRun): Promise<InvalidationReport> {
  const { connection, namespace, targets, mode, progress, signal } = run
  const steps = await countSteps(connection, targets)
  if (signal.aborted) throw interrupted('nothing was invalidated')
  const cache = createCache({ redis: connection.client, namespace, redisTimeout: `${deadlineMs}ms` })
  let step = 0
  let [scanned, removed] = [0, 0]
  try {
    return await cache.invalidate(toInvalidateTargets(targets), {
      mode,
      signal,
      onProgress: (now) => {
        step += 1
        ;({ scanned, removed } = now)
        progress.update(step / steps, `${countOf(removed, 'entry', 'entries')} ${doneTo(mode)}`)
      },
    })
  } catch (error) {
    if (!signal.aborted || !isSweep(targets)) throw error
    throw interrupted(
      `${countOf(scanned, 'name')} looked at, ${countOf(removed, 'entry', 'entries')} ${doneTo(mode)}; run it again for the rest`,
    )
  } finally {
    progress.done()
    await cache.close()
  }
}

/** What an invalidation does to an entry. */
export function doneTo(mode: 'hard' | 'soft'): string {
  return mode === 'soft' ? 'made stale' : 'removed'
}

/** About how many pages the sweeps will have. */
async function countSteps(connection: Connection, targets: Targets): Promise<number> {
  if (!isSweep(targets)) return 1
  const pages = (await pagesOf(connection)).reduce((sum, each) => sum + each, 0)
  return pages * Math.max(1, targets.patterns.length)
}
