import type { Clock, Duration, RedisLike } from '@vidnest/cache-core'
import type { NextFunction, Request, Response } from 'express'

/**
 * How requests are counted. `fixed-window`: so many from the first request on, until the window ends. `sliding-log`: exact
 * for every trailing window; remembers each request, so for small limits. `gcra`: an even rate, with all of `limit` as the
 * burst (Generic Cell Rate Algorithm, ITU-T I.371).
 */
export type RateLimitAlgorithm = 'fixed-window' | 'sliding-log' | 'gcra'

/** A limit and where it is counted. */
export interface RateLimitPolicy {
  readonly redis: RedisLike
  readonly namespace: string
  /** Name of the policy, a segment of its keys and its name in the `RateLimit-Policy` header. */
  readonly name: string
  /** @defaultValue `'ratelimit:{policy}:{client}'` */
  readonly key?: string
  /** @defaultValue `'fixed-window'` */
  readonly algorithm?: RateLimitAlgorithm
  readonly window: Duration
  /** Requests that pass per window and client. */
  readonly limit: number
  /**
   * The client's name, such as `user-42`; `undefined` or `''` counts by address. Choose names that no address can equal.
   * @defaultValue by address, IPv6 by /56; a request without one is refused with 400
   */
  readonly identifier?: (req: Request) => string | undefined
  /**
   * What happens while Redis cannot be asked: `'memory'` counts in this process, `'open'` lets pass, `'closed'` answers 503.
   * @defaultValue `'memory'`
   */
  readonly onStoreError?: 'memory' | 'open' | 'closed'
  /** A request that is answered below 400 gives its point back. @defaultValue `false` */
  readonly skipSuccessfulRequests?: boolean
  /** Requests that are not counted. */
  readonly skip?: (req: Request) => boolean
  /** Answers a request that is over the limit (429), or that cannot be counted (503). @defaultValue problem+json */
  readonly onRefused?: (refusal: RateLimitRefusal, exchange: RefusedExchange) => void
  /** Deadline of one Redis operation. @defaultValue `'100ms'` */
  readonly redisTimeout?: Duration
  readonly clock?: Clock
}

/** Why a request does not pass. */
export interface RateLimitRefusal {
  readonly status: 429 | 503
  readonly policy: string
  /** Whole seconds after which to try again; also sent as `Retry-After`. */
  readonly retryAfterSeconds: number
}

/** The request that does not pass, and how to answer it. */
export interface RefusedExchange {
  readonly req: Request
  readonly res: Response
  readonly next: NextFunction
}
