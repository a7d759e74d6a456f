import type { Duration, Policy } from '@vidnest/cache-core'
import type { Config } from './config.ts'

/** Variables that change a duration, in seconds. */
export type TimeVariable = Extract<keyof Config, `${string}_TTL` | `${string}_SECONDS`>

/** Durations as the tables of what is cached name them, unless the environment says otherwise. */
export interface Times {
  /** The usual duration, or what the variable says. */
  duration(usual: Duration, variable: TimeVariable): Duration
  /** The policy of values that live so long; expiries of entries that were written together are spread by a tenth. */
  lives(usual: Duration, variable: TimeVariable): Policy
}

const jitter = 0.1

export function timesOf(config: Config): Times {
  const duration = (usual: Duration, variable: TimeVariable): Duration => {
    const seconds = config[variable]
    return seconds === undefined ? usual : `${seconds}s`
  }
  return { duration, lives: (usual, variable) => ({ ttl: duration(usual, variable), jitter }) }
}
