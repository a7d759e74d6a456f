import { duration } from '../terminal/units.ts'
import { ok, problem, warn, type Finding } from './finding.ts'
import type { ServerFacts } from './server-facts.ts'

/** `redisTimeout` of a cache that does not say another. */
const defaultTimeoutMs = 100
const slowMs = 10
const mostSkewMs = 1000

/** How fast the server answers. */
export function checkLatency({ pingsMs }: ServerFacts): Finding[] {
  const sorted = [...pingsMs].sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  const slowest = sorted.at(-1) ?? 0
  const message = `PING takes ${duration(median)} (median of ${String(sorted.length)}), ${duration(slowest)} at most`
  if (median >= defaultTimeoutMs) {
    return [
      problem(
        'latency',
        `${message}; that is beyond the default redisTimeout, so reads go to their loaders`,
        'move Redis and its users closer together, or raise redisTimeout',
      ),
    ]
  }
  if (median >= slowMs)
    return [warn('latency', message, 'move Redis and its users closer together: a hit costs one round trip')]
  if (slowest >= defaultTimeoutMs) {
    return [
      warn(
        'latency',
        message,
        'look for slow commands (SLOWLOG GET), for swapping, and at the load of both machines',
      ),
    ]
  }
  return [ok('latency', message)]
}

/** Whether the clocks agree. */
export function checkClocks(servers: readonly ServerFacts[]): Finding[] {
  const skews = servers.map(({ skewMs }) => skewMs)
  const spread = Math.max(...skews) - Math.min(...skews)
  if (spread > mostSkewMs) {
    return [
      warn(
        'clock',
        `the clocks of the masters differ by ${duration(spread)}, and so does how long entries are fresh`,
        'let all machines set their clocks by NTP',
      ),
    ]
  }
  const worst = skews.reduce((most, skew) => (Math.abs(skew) > Math.abs(most) ? skew : most), 0)
  const side = worst > 0 ? 'ahead of' : 'behind'
  if (Math.abs(worst) > mostSkewMs) {
    return [
      warn(
        'clock',
        `Redis’ clock is ${duration(Math.abs(worst))} ${side} this machine’s; the cache goes by Redis’ alone, but log lines will not fit together`,
        'let both machines set their clocks by NTP',
      ),
    ]
  }
  return [ok('clock', `Redis’ clock and this machine’s agree (${duration(Math.abs(worst))} apart)`)]
}
