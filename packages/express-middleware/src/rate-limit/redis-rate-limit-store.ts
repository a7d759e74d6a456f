import { type BoundedRedis, boundRedis, isCacheError } from '@vidnest/cache-core'
import type { ClientRateLimitInfo, Store } from 'express-rate-limit'
import { refuseCluster } from '../redis/refuse-cluster.ts'
import { type Decision, LimitStore } from './limit-store.ts'
import { MemoryLimit } from './memory-limit.ts'
import type { RateLimitPolicy } from './policy.ts'
import { Receipts } from './receipts.ts'
import { type ResolvedPolicy, resolvePolicy } from './resolve-policy.ts'

/** Redis could not be asked, and the policy says that then nothing passes. */
export class RateLimitUnavailableError extends Error {
  override readonly name = 'RateLimitUnavailableError'
  /** Not 429: it is no fault of the client. */
  readonly status = 503
}

/**
 * A store for express-rate-limit (8.6 or newer) that counts exactly, by Redis' clock, with one script a request. It keeps
 * nothing of a failed attempt, so it may be made before Redis is there and works again after any outage.
 */
export class RedisRateLimitStore implements Store {
  /** Keys are shared by all processes. */
  readonly localKeys = false
  /** Tells this policy's clients from another's, for express-rate-limit's check that a request is counted once. */
  readonly prefix: string
  readonly windowMs: number
  readonly #policy: ResolvedPolicy
  readonly #store: LimitStore
  readonly #memory: MemoryLimit
  readonly #receipts = new Receipts()

  /** @throws {CacheConfigError} naming the option that is missing, unknown or wrong. */
  constructor(policy: RateLimitPolicy) {
    this.#policy = resolvePolicy(policy)
    refuseCluster(policy.redis, 'rate limits')
    const { clock, limit, windowMs } = this.#policy
    this.windowMs = windowMs
    this.prefix = `${policy.namespace}:${policy.name}:`
    const redis: BoundedRedis = boundRedis(policy.redis, { timeout: policy.redisTimeout ?? '100ms', clock })
    this.#store = new LimitStore(redis, this.#policy)
    this.#memory = new MemoryLimit(limit, windowMs, clock)
  }

  /** Counts a request of the client. @throws {RateLimitUnavailableError} only with `onStoreError: 'closed'`. */
  async increment(client: string): Promise<ClientRateLimitInfo> {
    const key = this.#policy.keyOf(client)
    const decision = await this.#decide(key)
    if (decision.receipt !== '') this.#receipts.add(key, decision.receipt)
    // Express-rate-limit compares the hits with the limit, so a request that does not pass must show more.
    const totalHits = decision.passes ? Math.min(decision.hits, this.#policy.limit) : this.#policy.limit + 1
    return { totalHits, resetTime: new Date(this.#policy.clock.epochMs() + decision.resetMs) }
  }

  /** Gives a point of the client back, once for each request that was counted, and only while its window is there. */
  async decrement(client: string): Promise<void> {
    const key = this.#policy.keyOf(client)
    const receipt = this.#receipts.take(key)
    if (receipt === undefined) return
    try {
      await this.#store.refund(key, receipt)
    } catch (error) {
      // The point comes back by itself when the window ends.
      if (!isCacheError(error)) throw error
    }
  }

  /** Forgets what was counted of the client. @throws {CacheError} when Redis cannot be asked. */
  async resetKey(client: string): Promise<void> {
    await this.#store.forget(this.#policy.keyOf(client))
  }

  async #decide(key: string): Promise<Decision> {
    try {
      return await this.#store.count(key)
    } catch (error) {
      if (!isCacheError(error)) throw error
      if (this.#policy.onStoreError === 'closed')
        throw new RateLimitUnavailableError('requests cannot be counted at the moment')
      if (this.#policy.onStoreError === 'memory') return this.#memory.count(key)
      return { passes: true, hits: 1, resetMs: this.#policy.windowMs, receipt: '' }
    }
  }
}
