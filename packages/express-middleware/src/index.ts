export { createSessions } from './sessions/create-sessions.ts'
export type {
  LoginOptions,
  RequestSession,
  SessionEvents,
  SessionInfo,
  Sessions,
  SessionsOptions,
  SessionTokens,
} from './sessions/sessions.ts'
export { type SessionErrorCode, SessionError } from './sessions/session-error.ts'
export { rateLimiter, type RateLimiter } from './rate-limit/rate-limiter.ts'
export type {
  RateLimitAlgorithm,
  RateLimitPolicy,
  RateLimitRefusal,
  RefusedExchange,
} from './rate-limit/policy.ts'
export { RateLimitUnavailableError, RedisRateLimitStore } from './rate-limit/redis-rate-limit-store.ts'
export { opsRouter } from './ops/ops-router.ts'
export type { OpsCheck, OpsRouterOptions, OpsRouter } from './ops/options.ts'
