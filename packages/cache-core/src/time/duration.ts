import { CacheConfigError } from '../errors.ts'

type Unit = 'ms' | 's' | 'm' | 'h' | 'd'

/**
 * A length of time: a number and a unit (`ms`, `s`, `m`, `h`, `d`), such as `'250ms'` or `'1.5h'`, or `'forever'`.
 * Bare numbers do not compile: seconds and milliseconds are too easily mistaken for each other.
 */
export type Duration = `${number}${Unit}` | 'forever'

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const shape = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/**
 * The duration in milliseconds, rounded; `'forever'` is `Infinity`.
 * @throws {CacheConfigError} naming `path`, when it is no positive duration.
 */
export function durationToMs(duration: Duration, path: string): number {
  if (duration === 'forever') return Infinity
  const match = typeof duration === 'string' ? shape.exec(duration) : null
  if (match === null) {
    const hint =
      typeof duration === 'number' ? `write '${String(duration)}ms' or '${String(duration)}s'` : "write '30s'"
    throw new CacheConfigError(
      path,
      `must be a duration such as '250ms', '30s', '5m', '1d' or 'forever': ${hint}`,
    )
  }
  const ms = Math.round(Number(match[1]) * (unitMs[match[2] ?? ''] ?? NaN))
  if (!(ms > 0) || ms > Number.MAX_SAFE_INTEGER) throw new CacheConfigError(path, 'must be longer than 0')
  return ms
}

/** As {@link durationToMs}, but `'forever'` is refused. */
export function finiteDurationToMs(duration: Duration, path: string): number {
  const ms = durationToMs(duration, path)
  if (ms === Infinity) throw new CacheConfigError(path, "must be a limited duration, not 'forever'")
  return ms
}
