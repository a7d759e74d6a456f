import type { Redis } from 'ioredis'
import type { RedisLike } from '../../src/index.ts'
import { NearTier } from '../../src/memory/near-tier.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { joinByKey, withScripts } from '../support/mutants.ts'

/** Protocols with one rule taken out, which the checker must catch; `none` is the real one. */
export type MutantName =
  | 'none'
  | 'fills without comparing'
  | 'invalidations that leave leases'
  | 'markers not compared at the fill'
  | 'blind joins'
  | 'fills that do not look at barriers'
  | 'memory that keeps what its process invalidates'

/** Makes the client of a process that runs such a protocol. */
export const mutants: Readonly<Record<MutantName, (client: Redis) => RedisLike>> = {
  none: (client) => client,
  'fills without comparing': (client) =>
    withScripts(client, {
      settle: scripts.settle.lua.replace(/return 'void'/g, '').replaceAll("return 'tags'", ''),
    }),
  'invalidations that leave leases': (client) => leavingLeases(client),
  'markers not compared at the fill': (client) =>
    withScripts(client, {
      settle: scripts.settle.lua
        .replace('if bad then', 'if false then')
        .replace('if moved then', 'if false then')
        .replace(
          "redis.call('SET', slot, value, 'PX', lifeMs)",
          "redis.call('SET', slot, string.sub(value, 1, 14) .. string.sub(redis.call('GET', generationKey), 1, 16) .. string.sub(value, 31), 'PX', lifeMs)",
        ),
    }),
  'blind joins': (client) => {
    joinByKey('without asking')
    return client
  },
  'fills that do not look at barriers': (client) =>
    withScripts(client, {
      acquire: scripts.acquire.lua.replaceAll('barred = true', 'barred = false'),
      settle: scripts.settle.lua
        .replace("'+inf') > 0", "'+inf') > 1000")
        .replace('then bad = true', 'then bad = false'),
    }),
  'memory that keeps what its process invalidates': (client) => {
    NearTier.prototype.bar = () => () => undefined
    return client
  },
}

/** Removes values only, as a cache whose locks are keys of their own does. */
function leavingLeases(client: Redis): RedisLike {
  const unlinkValues = `
    local removed = 0
    for i = 1, #KEYS do
      if redis.call('GETRANGE', KEYS[i], 0, 0) == 'V' then removed = removed + redis.call('UNLINK', KEYS[i]) end
    end
    return removed`
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (property !== 'call') return typeof value === 'function' ? (value.bind(target) as unknown) : value
      return (command: string, ...args: (string | number | Buffer)[]) =>
        command === 'UNLINK'
          ? target.call('EVAL', unlinkValues, args.length, ...args)
          : target.call(command, ...args)
    },
  })
}
