import type { CacheHealth } from '../cache.ts'
import { isCacheError } from '../errors.ts'
import type { Clock } from '../time/clock.ts'
import type { RedisGate } from './redis-gate.ts'
import { isClusterClient, type RedisLike } from './redis-like.ts'

type RedisHealth = NonNullable<CacheHealth['redis']>

/** Tells how Redis is: by asking, and by the errors of the connection since it was last ready. */
export class HealthProbe {
  readonly #gate: RedisGate
  readonly #clock: Clock
  readonly #mode: NonNullable<RedisHealth['mode']>
  #lastError: unknown

  constructor(gate: RedisGate, clock: Clock) {
    this.#gate = gate
    this.#clock = clock
    this.#mode = modeOf(gate.client)
  }

  /** The connection is ready. */
  ready(): void {
    this.#lastError = undefined
  }

  /** The connection has told an error. */
  failed(error: unknown): void {
    this.#lastError = error
  }

  /** Never rejects. What an account may not ask for is left out. */
  async ask(): Promise<Omit<RedisHealth, 'watchesFailover'>> {
    const { client } = this.#gate
    const startedAt = this.#clock.now()
    let cause: unknown
    const ask = async (): Promise<readonly string[]> => {
      const info = (section: string): Promise<string> => client.call('INFO', section).then(String, () => '')
      const infos = [info('server'), info('memory')]
      cause = await client.call('PING').then(
        () => undefined,
        (error: unknown) => error,
      )
      if (cause !== undefined) throw cause
      return Promise.all(infos)
    }
    try {
      const [server = '', memory = ''] = await this.#gate.insist('health', ask)
      return {
        ready: true,
        breaker: this.#gate.breaker,
        mode: this.#mode,
        pingMs: this.#clock.now() - startedAt,
        ...serverOf(server),
        ...policyOf(memory),
      }
    } catch (error) {
      const problem = isCacheError(error, 'E_CACHE_TIMEOUT') ? 'silent' : problemOf(cause ?? this.#lastError)
      return { ready: false, breaker: this.#gate.breaker, mode: this.#mode, problem }
    }
  }
}

function modeOf(client: RedisLike): NonNullable<RedisHealth['mode']> {
  if (isClusterClient(client)) return 'cluster'
  return Array.isArray((client.options as { readonly sentinels?: unknown }).sentinels) ? 'sentinel' : 'single'
}

function problemOf(error: unknown): NonNullable<RedisHealth['problem']> {
  if (!(error instanceof Error)) return 'unreachable'
  // A Cluster tells that no node could be asked, and why the last one could not.
  if ('lastNodeError' in error && error.lastNodeError !== undefined) return problemOf(error.lastNodeError)
  if (/^(?:NOAUTH|WRONGPASS|NOPERM)\b/.test(error.message)) return 'auth'
  if (/^(?:Command timed out|Socket timeout)/.test(error.message)) return 'silent'
  return error.name === 'ReplyError' ? 'refused' : 'unreachable'
}

function serverOf(info: string): Pick<RedisHealth, 'server'> {
  const field = (name: string): string | undefined => new RegExp(`^${name}:([^\\s]+)`, 'm').exec(info)?.[1]
  const valkey = field('valkey_version')
  if (valkey !== undefined) return { server: `valkey ${valkey}` }
  const redis = field('redis_version')
  return redis === undefined ? {} : { server: `redis ${redis}` }
}

function policyOf(info: string): Pick<RedisHealth, 'evictionPolicy'> {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1]
  return policy === undefined ? {} : { evictionPolicy: policy }
}
