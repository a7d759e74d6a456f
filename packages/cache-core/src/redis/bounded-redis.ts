import { finiteDurationToMs, type Duration } from '../time/duration.ts'
import { systemClock, type Clock } from '../time/clock.ts'
import { CircuitBreaker } from '../resilience/circuit-breaker.ts'
import { checkClient } from './check-client.ts'
import { RedisGate } from './redis-gate.ts'
import type { RedisArgument, RedisLike } from './redis-like.ts'
import { runScript, type Script } from './run-script.ts'

/** Options of {@link boundRedis}. */
export interface BoundedRedisOptions {
  /** Deadline of one operation. */
  readonly timeout: Duration
  readonly clock?: Clock
  /** Told of each operation that failed, by the name it was given. */
  readonly onFailure?: (operation: string) => void
}

/** Redis as this package asks it: every operation ends within its deadline, and a client that is not ready costs no wait. */
export interface BoundedRedis {
  /** Sends one command. @throws {CacheStoreError | CacheTimeoutError} after which it is not known whether it was done. */
  call(operation: string, command: string, ...args: RedisArgument[]): Promise<unknown>
  /** Runs a script, by its SHA where the server knows it. @throws as `call` does. */
  run(
    operation: string,
    script: Script,
    call: { readonly keys: readonly string[]; readonly args: readonly RedisArgument[] },
  ): Promise<unknown>
}

/**
 * Puts deadlines and a breaker before a client, for packages that keep state of their own in Redis.
 * @throws {CacheConfigError} for a client that cannot be trusted.
 */
export function boundRedis(client: RedisLike, options: BoundedRedisOptions): BoundedRedis {
  checkClient(client)
  const clock = options.clock ?? systemClock
  const gate = new RedisGate({
    client,
    clock,
    breaker: new CircuitBreaker(clock),
    timeoutMs: finiteDurationToMs(options.timeout, 'redisTimeout'),
    onFailure: (operation) => options.onFailure?.(operation),
    onRecovery: () => undefined,
  })
  return {
    call: (operation, command, ...args) => gate.run(operation, () => client.call(command, ...args)),
    run: (operation, script, call) => gate.run(operation, () => runScript(client, script, call)),
  }
}
