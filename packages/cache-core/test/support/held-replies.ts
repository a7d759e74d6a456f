import type { Redis } from 'ioredis'
import type { RedisArgument, RedisLike } from '../../src/index.ts'
import { createGate, type Gate } from './gate.ts'

type Matches = (command: string, args: readonly RedisArgument[]) => boolean

/** A client that can keep a reply to itself, after Redis has done the command, until the test lets it go. */
export class HeldReplies {
  readonly client: RedisLike
  #held: { readonly matches: Matches; readonly gate: Gate } | undefined

  constructor(client: Redis) {
    this.client = new Proxy(client, {
      get: (target, property) => {
        if (property === 'call')
          return (command: string, ...args: RedisArgument[]) => this.#call(target, command, args)
        const value: unknown = Reflect.get(target, property, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }

  /** Holds the reply to the next command that matches; its gate is reached when Redis has answered. */
  hold(matches: Matches): Gate {
    const gate = createGate()
    this.#held = { matches, gate }
    return gate
  }

  /** Whether a command fails without being sent; for a test to replace. */
  refuses(_command: string): boolean {
    return false
  }

  async #call(target: Redis, command: string, args: readonly RedisArgument[]): Promise<unknown> {
    if (this.refuses(command)) throw new Error('READONLY refused by the test')
    const held = this.#held?.matches(command, args) === true ? this.#held : undefined
    if (held !== undefined) this.#held = undefined
    try {
      return await target.call(command, ...(args as string[]))
    } finally {
      await held?.gate.pass()
    }
  }
}
