import { randomUUID } from 'node:crypto'

import type { BoundedRedis } from '@vidnest/cache-core'

import { scripts } from '../redis/scripts.generated.ts'
import { parseToken, type ResumeToken, tokenText } from './resume-token.ts'

/** What a process that asks for the lead is told. */
export type Turn =
  | { readonly leads: false }
  /** Without a position nobody knows what was missed. */
  | { readonly leads: true; readonly position: ResumeToken | undefined }

/**
 * Who follows the change stream, and how far it has come, in one hash in Redis. Noting a position needs no fence: whoever
 * notes one has invalidated all before it, so that an overtaken leader can only make the next one repeat something.
 */
export class Leadership {
  readonly #redis: BoundedRedis
  readonly #key: string
  readonly #leaseMs: number
  readonly #process = randomUUID()

  constructor(redis: BoundedRedis, key: string, leaseMs: number) {
    this.#redis = redis
    this.#key = key
    this.#leaseMs = leaseMs
  }

  /** Takes the lead, or keeps it, and notes the position where one is given. */
  take(position?: ResumeToken): Promise<Turn> {
    return this.#turn(this.#leaseMs, position)
  }

  /** Lets the next process take the lead at once. */
  async giveUp(position: ResumeToken | undefined): Promise<void> {
    await this.#turn(0, position)
  }

  async #turn(leaseMs: number, position: ResumeToken | undefined): Promise<Turn> {
    const args = [this.#process, leaseMs, tokenText(position) ?? '']
    const reply = await this.#redis.run('change-stream', scripts.streamTurn, { keys: [this.#key], args })
    const [leads, noted] = reply as [number, string?]
    return leads === 1 ? { leads: true, position: parseToken(noted ?? '') } : { leads: false }
  }
}
