import type { Cluster, Redis } from 'ioredis'
import { Lead } from '../../src/read-through/lead.ts'
import { ReadThrough } from '../../src/read-through/read-through.ts'
import { batchOf } from '../../src/redis/script-batch.ts'
import { scripts, type ScriptName } from '../../src/redis/scripts.generated.ts'
import type { RedisLike } from '../../src/index.ts'

/** Texts to run instead of those of the same name. */
export type BrokenScripts = Readonly<Partial<Record<ScriptName, string>>>

/**
 * A client that runs other scripts than it is asked to: so a test shows that it would notice if a rule of the protocol were
 * taken out.
 */
export function withScripts(client: Redis | Cluster, broken: BrokenScripts): RedisLike {
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
 * The common per-process map of promises: whoever comes while a load runs joins it by its key, not by its lease; without
 * asking Redis, or only once Redis had nothing to serve. The result takes it back.
 */
export function joinByKey(when: 'without asking' | 'on a miss'): () => void {
  const { getOrSet, goOn } = ReadThrough.prototype
  const { start } = Lead.prototype
  const running = new Map<string, Promise<unknown>>()
  Lead.prototype.start = function (this: Lead, request, lease, wish) {
    const flight = start.call(this, request, lease, wish)
    running.set(request.key, flight.loaded)
    const land = (): void => {
      if (running.get(request.key) === flight.loaded) running.delete(request.key)
    }
    flight.settled.then(land, land)
    return flight
  }
  if (when === 'without asking') {
    ReadThrough.prototype.getOrSet = function (this: ReadThrough, request, call) {
      return running.get(request.key) ?? getOrSet.call(this, request, call)
    }
  } else {
    ReadThrough.prototype.goOn = function (this: ReadThrough, request, look, call) {
      const isServed = look.kind === 'hit' || look.kind === 'near' || look.kind === 'stale'
      const joined = isServed ? undefined : running.get(request.key)
      if (joined === undefined) return goOn.call(this, request, look, call)
      call.onDecided?.()
      return joined
    }
  }
  return () => {
    Object.assign(ReadThrough.prototype, { getOrSet, goOn })
    Lead.prototype.start = start
  }
}
