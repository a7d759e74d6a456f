import { createHash } from 'node:crypto'
import type { RedisArgument } from './redis-like.ts'
import { runScript, type Script } from './run-script.ts'
import { scripts } from './scripts.generated.ts'
import { script, type RedisStoreOptions, type ScriptCall } from './store-steps.ts'
import type { TickEnd } from './tick-end.ts'

/** Calls after which another batch begins: a script holds Redis up while it runs. */
const mostCalls = 16
/** Characters of arguments after which another batch begins. */
const mostCharacters = 65_536

/** A call that waits for the end of the tick. */
interface Waiting {
  readonly call: ScriptCall
  readonly resolve: (reply: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Calls that are sent together. */
interface Page {
  readonly waiting: Waiting[]
  characters: number
}

/**
 * Gathers the calls of one script in one tick into few. Most of what a short script costs this process is to send it and
 * to hear of it; each call is judged for itself all the same, and one that fails alone does not touch the others.
 */
export class ScriptBatch {
  readonly #options: RedisStoreOptions
  readonly #name: 'acquire' | 'settle'
  readonly #tickEnd: TickEnd
  #pages: Page[] = []

  constructor(options: RedisStoreOptions, name: 'acquire' | 'settle', tickEnd: TickEnd) {
    this.#options = options
    this.#name = name
    this.#tickEnd = tickEnd
  }

  /** The script's reply. @throws {CacheError} when Redis does not give it. */
  run(call: ScriptCall): Promise<unknown> {
    const characters = call.args.reduce<number>(
      (sum, arg) => sum + (typeof arg === 'string' ? arg.length : 8),
      0,
    )
    const page = this.#pageFor(characters)
    page.characters += characters
    return new Promise((resolve, reject) => {
      page.waiting.push({ call, resolve, reject })
    })
  }

  #pageFor(characters: number): Page {
    const last = this.#pages.at(-1)
    if (
      last !== undefined &&
      last.waiting.length < mostCalls &&
      last.characters + characters <= mostCharacters
    )
      return last
    if (last === undefined) this.#tickEnd[this.#name === 'settle' ? 'fill' : 'add'](() => this.#send())
    const page = { waiting: [], characters: 0 }
    this.#pages.push(page)
    return page
  }

  #send(): void {
    const pages = this.#pages
    this.#pages = []
    for (const { waiting } of pages) {
      const [first] = waiting
      if (first !== undefined && waiting.length === 1) this.#sendAlone(first)
      else this.#sendTogether(waiting)
    }
  }

  #sendAlone({ call, resolve, reject }: Waiting): void {
    script(this.#options, this.#name, call).then(resolve, reject)
  }

  #sendTogether(waiting: readonly Waiting[]): void {
    const { gate } = this.#options
    const together = joinCalls(waiting.map(({ call }) => call))
    gate
      .run(this.#name, () => runScript(gate.client, batchOf(scripts[this.#name]), together))
      .then(
        (reply) => {
          const replies = reply as readonly unknown[]
          for (const [index, one] of waiting.entries()) {
            if (replies[2 * index] === 1) one.resolve(replies[2 * index + 1])
            // Done alone once more, it tells its own error. Twice is as once: a lease is known by its token.
            else this.#sendAlone(one)
          }
        },
        (error: unknown) => {
          for (const { reject } of waiting) reject(error)
        },
      )
  }
}

/** All names, and before all arguments how many there are and how many of each belong to which call. */
function joinCalls(calls: readonly ScriptCall[]): ScriptCall {
  const keys: string[] = []
  const counts: number[] = []
  const args: RedisArgument[] = []
  for (const call of calls) {
    keys.push(...call.keys)
    counts.push(call.keys.length, call.args.length)
    args.push(...call.args)
  }
  return { keys, args: [calls.length, ...counts, ...args] }
}

/** What reads that load run, alone or together. */
export function loadScripts(): readonly Script[] {
  return [scripts.acquire, scripts.settle].flatMap((one) => [one, batchOf(one)])
}

const batches = new WeakMap<Script, Script>()

/** The same script for many calls; replies with 1 and the reply for each that went well, with 0 and nothing for others. */
export function batchOf(one: Script): Script {
  const known = batches.get(one)
  if (known !== undefined) return known
  const lua = `local function one(KEYS, ARGV)
${one.lua}
end
local count, key, replies = tonumber(ARGV[1]), 0, {}
local arg = 1 + 2 * count
for call = 1, count do
local keys, args = {}, {}
for i = 1, tonumber(ARGV[2 * call]) do keys[i] = KEYS[key + i] end
for i = 1, tonumber(ARGV[2 * call + 1]) do args[i] = ARGV[arg + i] end
key, arg = key + #keys, arg + #args
local went, reply = pcall(one, keys, args)
replies[2 * call - 1], replies[2 * call] = went and 1 or 0, went and reply or ''
end
return replies`
  const batch: Script = { lua, sha: createHash('sha1').update(lua).digest('hex') }
  batches.set(one, batch)
  return batch
}
