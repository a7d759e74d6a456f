import { type CacheError, CacheStoreError, CacheTimeoutError } from '../errors.ts'
import type { BreakerState, CircuitBreaker } from '../resilience/circuit-breaker.ts'
import type { Clock } from '../time/clock.ts'
import { Deadlines } from '../time/deadline.ts'
import { type Pulse, pulseOf } from './pulse.ts'
import { isClusterClient, type RedisLike } from './redis-like.ts'

/** What a {@link RedisGate} is made of. */
export interface RedisGateOptions {
  readonly client: RedisLike
  readonly clock: Clock
  readonly breaker: CircuitBreaker
  /** Deadline of one operation, in ms. */
  readonly timeoutMs: number
  readonly onFailure: (operation: string, error: CacheError) => void
  readonly onRecovery: () => void
}

/** Answers that show a working server: the command was refused, not lost. */
const refusal = /^(?:ERR|OOM|NOPERM|WRONGTYPE|NOSCRIPT|MISCONF|CROSSSLOT|EXECABORT|UNKILLABLE)\b/

/**
 * The only way from this package to Redis. Skips a client that is not ready at once, gives every operation its deadline
 * whatever the client's own queue and retries do, and keeps the breaker.
 */
export class RedisGate {
  readonly client: RedisLike
  readonly #options: RedisGateOptions
  readonly #pulse: Pulse | undefined
  readonly #deadlines: Deadlines
  #failing = false

  constructor(options: RedisGateOptions) {
    this.client = options.client
    this.#options = options
    this.#deadlines = new Deadlines(options.clock, options.timeoutMs)
    this.#pulse = isClusterClient(options.client) ? undefined : pulseOf(options.client, options.clock)
  }

  get ready(): boolean {
    return this.client.status === 'ready'
  }

  get breaker(): BreakerState {
    return this.#options.breaker.state
  }

  /** Runs an operation that can be done without, so the breaker may hold it back. */
  run<Result>(operation: string, send: () => Promise<Result>): Promise<Result> {
    if (!this.ready) return Promise.reject(this.#refuse(operation, 'the Redis client is not ready'))
    const answers = this.#pulse?.allows() ?? true
    if (!answers || !this.#options.breaker.allows()) {
      return Promise.reject(this.#refuse(operation, 'Redis did not answer lately'))
    }
    return this.#send(operation, send)
  }

  /** Runs an operation that must be tried, such as an invalidation, whatever the breaker says. */
  insist<Result>(operation: string, send: () => Promise<Result>): Promise<Result> {
    if (!this.ready) return Promise.reject(this.#refuse(operation, 'the Redis client is not ready'))
    return this.#send(operation, send)
  }

  #refuse(operation: string, message: string): CacheError {
    const error = new CacheStoreError(operation, message)
    this.#failing = true
    this.#options.onFailure(operation, error)
    return error
  }

  #send<Result>(operation: string, send: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      let settled = false
      const settle = (finish: () => void): void => {
        if (settled) return
        settled = true
        stopWatch()
        finish()
      }
      const stopWatch = this.#deadlines.watch(() => {
        settle(() => {
          const message = `Redis did not answer within ${String(this.#options.timeoutMs)} ms`
          reject(this.#failed(operation, new CacheTimeoutError('store', message), true))
        })
      })
      this.#start(send).then(
        (result) => {
          // Also when it comes too late for its own caller.
          this.#pulse?.beat()
          settle(() => {
            this.#succeeded()
            resolve(result)
          })
        },
        (cause: unknown) => {
          if (!isClientTimeout(cause)) this.#pulse?.beat()
          settle(() => {
            reject(this.#wrap(operation, cause))
          })
        },
      )
    })
  }

  async #start<Result>(send: () => Promise<Result>): Promise<Result> {
    return send()
  }

  #wrap(operation: string, cause: unknown): CacheError {
    const message = cause instanceof Error ? cause.message : ''
    if (refusal.test(message)) {
      this.#options.breaker.succeeded()
      const error = new CacheStoreError(
        operation,
        `Redis refused the operation (${message.split(' ', 1)[0] ?? ''})`,
      )
      this.#options.onFailure(operation, error)
      return error
    }
    if (isClientTimeout(cause))
      return this.#failed(operation, new CacheTimeoutError('store', 'Redis did not answer in time'), true)
    // The client's error is no cause: it carries the command's arguments, keys and values among them.
    return this.#failed(operation, new CacheStoreError(operation, 'the connection to Redis failed'), false)
  }

  #succeeded(): void {
    const closed = this.#options.breaker.succeeded()
    if (!closed && !this.#failing) return
    this.#failing = false
    this.#options.onRecovery()
  }

  #failed(operation: string, error: CacheError, timedOut: boolean): CacheError {
    this.#failing = true
    if (timedOut) this.#pulse?.miss()
    this.#options.breaker.failed(timedOut)
    this.#options.onFailure(operation, error)
    return error
  }
}

/** Whether the client gave up by its own `commandTimeout`: then the reply may still be on its way. */
function isClientTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.message === 'Command timed out'
}
