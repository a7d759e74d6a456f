import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { now } from './operation.ts'

/** A row as it is cached. */
export interface Row {
  readonly key: number
  readonly version: number
  readonly readAt: number
  readonly checksum: string
}

/** The database of the experiment: a Redis of its own, which no fault touches. Versions of a row only grow. */
export class Source {
  readonly #redis: Redis
  readonly #random: () => number

  constructor(redis: Redis, random: () => number) {
    this.#redis = redis
    this.#random = random
  }

  /** Reads a row slowly, sometimes very slowly, before and after the read itself; `null` while there is none. */
  async read(key: number): Promise<Row | null> {
    await this.pause(3)
    const readAt = now()
    const version = Number(await this.#redis.get(`row:${String(key)}`))
    await this.pause(this.#random() < 0.02 ? 60 : 4)
    return version === 0 ? null : { key, version, readAt, checksum: checksumOf(key, version) }
  }

  /** Commits the next version of a row. */
  commit(key: number): Promise<number> {
    return this.#redis.incr(`row:${String(key)}`)
  }

  /** Waits for up to so many milliseconds. */
  pause(longestMs: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.#random() * longestMs))
  }
}

export function checksumOf(key: number, version: number): string {
  return createHash('sha256')
    .update(`${String(key)} ${String(version)}`)
    .digest('base64url')
    .slice(0, 12)
}
