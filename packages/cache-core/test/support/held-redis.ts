import type { Redis } from 'ioredis'
import type { RedisLike } from '../../src/index.ts'

/** A client whose connection the test takes away, without a server of its own. */
export class HeldRedis {
  readonly client: RedisLike
  #refuses = false

  constructor(client: Redis) {
    this.client = new Proxy(client, {
      get: (target, property) => {
        if (property === 'status' && this.#refuses) return 'reconnecting'
        const value: unknown = Reflect.get(target, property, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }

  refuse(): void {
    this.#refuses = true
  }

  accept(): void {
    this.#refuses = false
  }
}
