import type { Redis } from 'ioredis'
import { ReadThrough } from '../../src/read-through/read-through.ts'
import { batchOf } from '../../src/redis/script-batch.ts'
import { scripts, type ScriptName } from '../../src/redis/scripts.generated.ts'
import type { RedisLike } from '../../src/index.ts'

/**
 * A client that runs other scripts than it is asked to: so a test shows that it would notice if a rule of the protocol were
 * taken out.
 */
export function withScripts(client: Redis, broken: Readonly<Partial<Record<ScriptName, string>>>): RedisLike {
  const bySha = new Map<string, string>()
  for (const [name, lua] of Object.entries(broken)) {
    const whole = scripts[name as ScriptName]
    bySha.set(whole.sha, lua)
    bySha.set(batchOf(whole).sha, batchOf({ lua, sha: '' }).lua)
  }
  for (const [name, lua] of Object.entries(broken)) {
    if (lua === scripts[name as ScriptName].lua) throw new Error(`the mutant of ${name} changes nothing`)
  }
  return new Proxy(client, {
    get(target, property) {
      if (property !== 'call') {
        const value: unknown = Reflect.get(target, property, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      }
      return (command: string, ...args: (string | number | Buffer)[]) => {
        const lua = command === 'EVALSHA' ? bySha.get(String(args[0])) : undefined
        return lua === undefined ? target.call(command, ...args) : target.call('EVAL', lua, ...args.slice(1))
      }
    },
  })
}

/**
 * The common per-process map of promises: whoever comes while a load runs joins it, without asking Redis. The result takes
 * it back.
 */
export function joinBlindly(): () => void {
  const original = ReadThrough.prototype.getOrSet
  const running = new Map<string, Promise<unknown>>()
  ReadThrough.prototype.getOrSet = function (this: ReadThrough, request, call) {
    const shared = running.get(request.key)
    if (shared !== undefined) return shared
    const own = original.call(this, request, call).finally(() => running.delete(request.key))
    running.set(request.key, own)
    return own
  }
  return () => {
    ReadThrough.prototype.getOrSet = original
  }
}
