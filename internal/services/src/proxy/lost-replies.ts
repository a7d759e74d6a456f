import type { LostReply } from './faults.ts'
import { isPush, RespFrames, wordsOf } from './resp-frames.ts'

interface Order {
  matches: (words: readonly string[]) => boolean
  left: number
  done: () => void
}

/** The replies that are still to be lost, whichever connection they come on. */
export class LostReplies {
  #orders: Order[] = []

  /** Resolves once the reply is lost. */
  add({ command, after = 0 }: LostReply): Promise<void> {
    const matches =
      typeof command === 'function'
        ? command
        : ([name = '']: readonly string[]) => name.toLowerCase() === command.toLowerCase()
    return new Promise((done) => this.#orders.push({ matches, left: after, done }))
  }

  /** Whether the reply to this command is lost. */
  takes(words: readonly string[]): boolean {
    const order = this.#orders.find(({ matches }) => matches(words))
    if (order === undefined) return false
    order.left -= 1
    if (order.left >= 0) return false
    this.#orders = this.#orders.filter((other) => other !== order)
    order.done()
    return true
  }
}

const subscription = /^[ps]?(un)?subscribe$/
const replication = /^p?sync$/i
const published = /^[ps]?message$/

/** Knows which reply of a connection answers which command, subscriptions included. */
export class ReplyMatcher {
  readonly #lost: LostReplies
  readonly #commands = new RespFrames()
  readonly #replies = new RespFrames()
  readonly #unanswered: string[][] = []
  #subscribes = false
  /** A replica's connection stops speaking in replies. */
  #replicates = false

  constructor(lost: LostReplies) {
    this.#lost = lost
  }

  sent(part: Buffer): void {
    if (this.#replicates) return
    for (const command of this.#commands.push(part)) {
      const words = wordsOf(command)
      if (replication.test(words[0] ?? '')) this.#replicates = true
      if (!isSubscription(words)) this.#unanswered.push(words)
      else {
        this.#subscribes = true
        // Each channel is answered on its own.
        const [name = '', ...channels] = words
        this.#unanswered.push(...channels.map((channel) => [name, channel]))
      }
    }
  }

  /** The replies that pass, up to the one that is lost. */
  answered(part: Buffer): { passing: Buffer; lost: boolean } {
    if (this.#replicates) return { passing: part, lost: false }
    const passing: Buffer[] = []
    for (const reply of this.#replies.push(part)) {
      const lost = this.#answers(reply) && this.#lost.takes(this.#unanswered.shift() ?? [])
      if (lost) return { passing: Buffer.concat(passing), lost }
      passing.push(reply)
    }
    return { passing: Buffer.concat(passing), lost: false }
  }

  /** Whether a message answers a command, and is not one that came by itself. */
  #answers(reply: Buffer): boolean {
    if (!this.#subscribes) return !isPush(reply)
    const words = wordsOf(reply)
    return isPush(reply) ? isSubscription(words) : !published.test(words[0] ?? '')
  }
}

const isSubscription = ([name = '']: readonly string[]): boolean => subscription.test(name.toLowerCase())
