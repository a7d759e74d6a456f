import { type CacheError, CacheStoreError, CacheTimeoutError } from '../errors.ts'
import type { BreakerState, CircuitBreaker } from '../resilience/circuit-breaker.ts'
import type { Clock } from '../time/clock.ts'
import { Deadlines, tolerableLatenessMs } from '../time/deadline.ts'
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

/** Answers that show a working server: the command was refused, not lost. Redis 6.2 wraps READONLY out of a script in ERR. */
const refusal =
  /^(?:ERR(?!.*-READONLY)|OOM|NOPERM|WRONGTYPE|NOSCRIPT|MISCONF|CROSSSLOT|EXECABORT|UNKILLABLE)\b/

/** What may be sent once more although it may have been done: doing it twice is as doing it once. */
const repeatable: ReadonlySet<string> = new Set([
  'read',
  'acquire',
  'renew',
  'noteTags',
  'invalidate',
  'health',
])

/**
 * The only way from this package to Redis. Skips a client that is not ready at once, gives every operation its deadline
 * whatever the client's own queue and retries do, and keeps the breaker.
 */
export class RedisGate {
  readonly client: RedisLike
  readonly #options: RedisGateOptions
  readonly #pulse: Pulse | undefined
  readonly #deadlines: Deadlines
  /** Of operations behind a silence, whose time ends together. */
  readonly #sharedDeadlines: Deadlines
  #failing = false

  constructor(options: RedisGateOptions) {
    this.client = options.client
    this.#options = options
    this.#deadlines = new Deadlines(options.clock, options.timeoutMs)
    this.#sharedDeadlines = new Deadlines(options.clock, options.timeoutMs)
    this.#pulse = isClusterClient(options.client) ? undefined : pulseOf(options.client, options.clock)
  }

  get ready(): boolean {
    return this.client.status === 'ready'
  }

  /** Whether the client is ready and nothing has failed since the last success. */
  get answers(): boolean {
    return this.ready && !this.#failing
  }

  get breaker(): BreakerState {
    return this.#options.breaker.state
  }

  /** Runs an operation that can be done without, so the breaker may hold it back. */
  run<Result>(operation: string, send: () => Promise<Result>): Promise<Result> {
    if (!this.ready) return Promise.reject(this.#refuseUnready(operation))
    const { breaker, timeoutMs } = this.#options
    // The breaker first, so that no operation that it holds back uses up the probe of a silent server.
    const waitMs = breaker.state === 'open' ? 0 : (this.#pulse?.waitFor(timeoutMs) ?? timeoutMs)
    if (waitMs === 0 || !breaker.allows()) {
      return Promise.reject(this.#refuse(operation, 'Redis did not answer lately'))
    }
    return this.#send(operation, send, waitMs)
  }

  /** Runs an operation that must be tried, such as an invalidation, whatever the breaker says. */
  insist<Result>(operation: string, send: () => Promise<Result>): Promise<Result> {
    if (!this.ready) return Promise.reject(this.#refuseUnready(operation))
    return this.#send(operation, send)
  }

  #refuseUnready(operation: string): CacheError {
    // A client made with `lazyConnect` connects at its first command.
    if (this.client.status === 'wait') this.client.call('PING').catch(() => undefined)
    return this.#refuse(operation, 'the Redis client is not ready')
  }

  #refuse(operation: string, message: string): CacheError {
    const error = new CacheStoreError(operation, message)
    this.#failing = true
    this.#options.onFailure(operation, error)
    return error
  }

  #send<Result>(
    operation: string,
    send: () => Promise<Result>,
    waitMs = this.#options.timeoutMs,
  ): Promise<Result> {
    const deadlines = waitMs === this.#options.timeoutMs ? this.#deadlines : this.#sharedDeadlines
    return new Promise((resolve, reject) => {
      let settled = false
      const settle = (finish: () => void): void => {
        if (settled) return
        settled = true
        stopWatch()
        finish()
      }
      const stopWatch = deadlines.watch(() => {
        settle(() => {
          const message = `Redis did not answer within ${String(Math.round(waitMs))} ms`
          reject(this.#failed(operation, new CacheTimeoutError('store', message), waitMs))
        })
      }, waitMs)
      const attempt = (): void => {
        const sentAt = this.#options.clock.now()
        this.#start(send).then(
          (result) => {
            // Also when it comes too late for its own caller.
            this.#pulse?.beat(sentAt)
            settle(() => {
              this.#succeeded()
              resolve(result)
            })
          },
          (cause: unknown) => {
            this.#hear(cause, sentAt)
            const mayRepeat = isClientTimeout(cause) && !settled && repeatable.has(operation)
            if (mayRepeat && this.#firedLate(sentAt)) return attempt()
            settle(() => {
              reject(this.#wrap(operation, cause, sentAt))
            })
          },
        )
      }
      attempt()
    })
  }

  /**
   * Whether the client's own `commandTimeout` fired late: then this process was busy, the reply may have long been there, and
   * the client's verdict counts for nothing.
   */
  #firedLate(sentAt: number): boolean {
    const limitMs = commandTimeoutOf(this.client)
    return limitMs !== undefined && this.#options.clock.now() - sentAt > limitMs + tolerableLatenessMs
  }

  async #start<Result>(send: () => Promise<Result>): Promise<Result> {
    return send()
  }

  /** A refusal is an answer too. */
  #hear(cause: unknown, sentAt: number): void {
    if (refusal.test(messageOf(cause))) this.#pulse?.beat(sentAt)
    else if (!isClientTimeout(cause)) this.#pulse?.lost()
  }

  #wrap(operation: string, cause: unknown, sentAt: number): CacheError {
    const message = messageOf(cause)
    if (refusal.test(message)) {
      this.#options.breaker.succeeded()
      const error = new CacheStoreError(
        operation,
        `Redis refused the operation (${message.split(' ', 1)[0] ?? ''})`,
      )
      this.#options.onFailure(operation, error)
      return error
    }
    if (isClientTimeout(cause)) {
      const waitedMs = this.#options.clock.now() - sentAt
      return this.#failed(operation, new CacheTimeoutError('store', 'Redis did not answer in time'), waitedMs)
    }
    // The client's error is no cause: it carries the command's arguments, keys and values among them.
    return this.#failed(operation, new CacheStoreError(operation, 'the connection to Redis failed'))
  }

  #succeeded(): void {
    const closed = this.#options.breaker.succeeded()
    if (!closed && !this.#failing) return
    this.#failing = false
    this.#options.onRecovery()
  }

  /** An operation failed: by its deadline, if it is told how long it waited. */
  #failed(operation: string, error: CacheError, waitedMs?: number): CacheError {
    this.#failing = true
    if (waitedMs !== undefined) this.#pulse?.miss(waitedMs)
    this.#options.breaker.failed(waitedMs !== undefined)
    this.#options.onFailure(operation, error)
    return error
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : ''
}

/** Whether the client gave up by its own `commandTimeout`: then the reply may still be on its way. */
function isClientTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.message === 'Command timed out'
}

function commandTimeoutOf({ options }: RedisLike): number | undefined {
  const { commandTimeout, redisOptions } = options as ClientTimeouts
  return commandTimeout ?? redisOptions?.commandTimeout
}

interface ClientTimeouts {
  readonly commandTimeout?: number
  /** Of a Cluster's nodes. */
  readonly redisOptions?: { readonly commandTimeout?: number }
}
