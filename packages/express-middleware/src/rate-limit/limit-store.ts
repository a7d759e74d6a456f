import { randomBytes } from 'node:crypto'
import type { BoundedRedis } from '@vidnest/cache-core'
import { scripts } from '../redis/scripts.generated.ts'
import type { RateLimitAlgorithm } from './policy.ts'

/** What counting a request came to. */
export interface Decision {
  readonly passes: boolean
  /** Requests counted in the window, this one among them; above the limit when it does not pass. */
  readonly hits: number
  /** Until one more may pass; while some may, until all may. */
  readonly resetMs: number
  /** Names this request for a refund; `''` when it does not pass. */
  readonly receipt: string
}

/** How requests are counted. */
export interface Limit {
  readonly algorithm: RateLimitAlgorithm
  readonly limit: number
  readonly windowMs: number
}

const scriptOf = {
  'fixed-window': scripts.limitFixedWindow,
  'sliding-log': scripts.limitSlidingLog,
  gcra: scripts.limitGcra,
} as const

/** Counting in Redis: one script a request, by Redis' clock; a request that does not pass costs nothing. */
export class LimitStore {
  readonly #redis: BoundedRedis
  readonly #limit: Limit

  constructor(redis: BoundedRedis, limit: Limit) {
    this.#redis = redis
    this.#limit = limit
  }

  async count(key: string): Promise<Decision> {
    const { algorithm, limit, windowMs } = this.#limit
    const args = [
      limit,
      windowMs,
      ...(algorithm === 'sliding-log' ? [randomBytes(9).toString('base64url')] : []),
    ]
    const reply = await this.#redis.run('count', scriptOf[algorithm], { keys: [key], args })
    const [passes, hits, resetMs, receipt] = reply as [number, number, number, string]
    return { passes: passes === 1, hits, resetMs, receipt }
  }

  /** Gives the point of a request back, if its window is still there. */
  async refund(key: string, receipt: string): Promise<void> {
    const { algorithm, limit, windowMs } = this.#limit
    await this.#redis.run('refund', scripts.limitRefund, {
      keys: [key],
      args: [algorithm, receipt, limit, windowMs],
    })
  }

  async forget(key: string): Promise<void> {
    await this.#redis.call('reset', 'UNLINK', key)
  }
}
