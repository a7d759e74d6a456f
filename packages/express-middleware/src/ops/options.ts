import type { Cache, Duration, RedisLike } from '@vidnest/cache-core'
import type { Request, Response, Router } from 'express'

/** One thing that readiness depends on. */
export interface OpsCheck {
  /** Throws, or rejects, when it does not work; has a second for it. */
  readonly check: () => unknown
  /** Whether the service is `down` without it, and not only `degraded`. @defaultValue `true` */
  readonly critical?: boolean
}

/** Options of `opsRouter`. */
export interface OpsRouterOptions {
  /** Whether a request may see and do what is not for everybody: only `true` lets in. Without it nothing is built. */
  readonly authorize: (req: Request) => boolean | Promise<boolean>
  readonly caches?: Readonly<Record<string, Cache>>
  /** Redis clients by role, for `/redis/health` and `/redis/stats`. */
  readonly redis?: Readonly<Record<string, RedisLike>>
  /** Deadline of one Redis operation, and so of the answer of `/redis/health`. @defaultValue `'250ms'` */
  readonly redisTimeout?: Duration
  /** What `/readyz` asks. Redis roles are added by themselves, as `redis-<role>` and not critical. */
  readonly checks?: Readonly<Record<string, OpsCheck>>
  /** Whether the service is shutting down: `/readyz` then answers 503. @defaultValue never */
  readonly isDraining?: () => boolean
  /** Writes the answers, for applications that have an envelope of their own. @defaultValue JSON as it is */
  readonly respond?: (res: Response, status: number, body: object) => void
}

/** An Express router with operations routes. */
export type OpsRouter = Router
