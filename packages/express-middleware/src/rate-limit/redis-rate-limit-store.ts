import { boundRedis, isCacheError } from '@vidnest/cache-core'
import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit'
import { refuseCluster } from '../redis/refuse-cluster.ts'
import { type Decision, LimitStore } from './limit-store.ts'
import { MemoryLimit } from './memory-limit.ts'
import type { RateLimitPolicy } from './policy.ts'
import { type Receipt, Receipts } from './receipts.ts'
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
  readonly #receipts: Receipts
  readonly #receiptOf = new WeakMap<Date, Receipt>()
  #keepsReceipts = true

  /** @throws {CacheConfigError} naming the option that is missing, unknown or wrong. */
  constructor(policy: RateLimitPolicy) {
    this.#policy = resolvePolicy(policy)
    refuseCluster(policy.redis, 'rate limits')
    const { clock, limit, windowMs } = this.#policy
    this.windowMs = windowMs
    this.prefix = `${policy.namespace}:${policy.name}:`
    const redis = boundRedis(policy.redis, { timeout: policy.redisTimeout ?? '100ms', clock })
    this.#store = new LimitStore(redis, this.#policy)
    this.#memory = new MemoryLimit(limit, windowMs, clock)
    this.#receipts = new Receipts(clock)
  }

  /** Hears from express-rate-limit whether it will ever ask for a refund. */
  init({ skipSuccessfulRequests, skipFailedRequests }: Options): void {
    this.#keepsReceipts = skipSuccessfulRequests || skipFailedRequests
  }

  /** Counts a request of the client. @throws {RateLimitUnavailableError} only with `onStoreError: 'closed'`. */
  async increment(client: string): Promise<ClientRateLimitInfo> {
    const { keyOf, limit, clock } = this.#policy
    const key = keyOf(client)
    const decision = await this.#decide(key)
    const resetTime = new Date(clock.epochMs() + decision.resetMs)
    if (decision.receipt !== '') {
      const endsAt = clock.now() + decision.resetMs
      const receipt: Receipt = { key, token: decision.receipt, in: decision.in, endsAt }
      this.#receiptOf.set(resetTime, receipt)
      if (this.#keepsReceipts) this.#receipts.add(receipt)
    }
    // Express-rate-limit compares the hits with the limit, so a request that does not pass must show more.
    return { totalHits: decision.passes ? Math.min(decision.hits, limit) : limit + 1, resetTime }
  }

  /** Gives a point of the client back, once for each request that was counted, and only while its window is there. */
  async decrement(client: string): Promise<void> {
    const receipt = this.#receipts.take(this.#policy.keyOf(client))
    if (receipt !== undefined) await this.#giveBack(receipt)
  }

  /**
   * Gives back the point of one request, once and only while its window is there. The request is told by the very
   * `resetTime` that {@link RedisRateLimitStore.increment} made for it; any other date does nothing.
   */
  async refund(resetTime: Date): Promise<void> {
    const receipt = this.#receiptOf.get(resetTime)
    if (receipt === undefined) return
    this.#receiptOf.delete(resetTime)
    await this.#giveBack(receipt)
  }

  /** Forgets what was counted of the client. @throws {CacheError} when Redis cannot be asked. */
  async resetKey(client: string): Promise<void> {
    await this.#store.forget(this.#policy.keyOf(client))
  }

  async #giveBack(receipt: Receipt): Promise<void> {
    if (receipt.in === 'memory') {
      this.#memory.refund(receipt.key, receipt.token)
      return
    }
    try {
      await this.#store.refund(receipt.key, receipt.token)
    } catch (error) {
      // The point comes back by itself when the window ends.
      if (!isCacheError(error)) throw error
    }
  }

  async #decide(key: string): Promise<Decision & Pick<Receipt, 'in'>> {
    try {
      return { ...(await this.#store.count(key)), in: 'redis' }
    } catch (error) {
      if (!isCacheError(error)) throw error
      if (this.#policy.onStoreError === 'closed')
        throw new RateLimitUnavailableError('requests cannot be counted at the moment')
      if (this.#policy.onStoreError === 'memory') return { ...this.#memory.count(key), in: 'memory' }
      return { passes: true, hits: 1, resetMs: this.#policy.windowMs, receipt: '', in: 'memory' }
    }
  }
}
