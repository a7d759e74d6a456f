import { systemClock, type Clock } from '../../time/clock.ts'

/** Redis 6.2 wraps it when it comes out of a script. `createCache` tries such functions out with the bare first word. */
const demoted = /READONLY You can't write/
const firstPauseMs = 1000
const longestPauseMs = 30_000
/** After this long without such an error the next one is a new failover. */
const forgetAfterMs = 60_000

/**
 * Leaves a server that has become a replica (it answers READONLY), so that the client finds the new master: a Sentinel or a
 * DNS name knows it. The first such error reconnects at once, the next ones at most every second, doubling to 30 s, since a
 * server that stays a replica would else be left for ever. The failed command is not sent again (`1`, not `2`): its caller
 * has long gone on.
 */
export function reconnectOnReadonly(clock: Clock = systemClock): (error: Error) => 1 | false {
  let leftAt = -Infinity
  let pauseMs = 0
  return (error) => {
    if (!demoted.test(error.message)) return false
    const quietMs = clock.now() - leftAt
    if (quietMs < pauseMs) return false
    pauseMs = quietMs > forgetAfterMs ? firstPauseMs : Math.min(longestPauseMs, pauseMs * 2)
    leftAt = clock.now()
    return 1
  }
}
