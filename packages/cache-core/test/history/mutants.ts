import type { Redis } from 'ioredis'
import type { RedisLike } from '../../src/index.ts'
import { Audience } from '../../src/flight/flight.ts'
import { SourceFlights } from '../../src/flight/source-flights.ts'
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
  | 'joins on a miss'
  | 'callers that share no loads'
  | 'leases without TTL'
  | 'tombstones only'
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
  'joins on a miss': (client) => {
    joinByKey('on a miss')
    return client
  },
  'callers that share no loads': (client) => {
    SourceFlights.prototype.load = (_key, load) => load(new Audience())
    return withScripts(client, { acquire: scripts.acquire.lua.replace('if barred then', 'if true then') })
  },
  'leases without TTL': (client) =>
    withScripts(client, { acquire: scripts.acquire.lua.replace(", 'PX', leaseMs)", ')') }),
  'tombstones only': (client) => leavingTombstones(client),
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

/**
 * No lease is compared: an invalidation leaves a tombstone beside the slot, and a load that began before it is not stored. A
 * server that loses its keys loses the tombstones with them.
 */
function leavingTombstones(client: Redis): RedisLike {
  const now = "string.format('%016.0f', tonumber(time[1]) * 1e6 + tonumber(time[2]))"
  const judging = withScripts(client, {
    acquire: scripts.acquire.lua.replace(
      'local noted = ARGV[7]',
      `redis.call('SET', '{' .. slot .. '}:began:' .. token, ${now}, 'PX', 60000)\n$&`,
    ),
    settle: scripts.settle.lua.replaceAll("return 'void'", '').replace(
      "if action == 'skip' then",
      `local tombstone = redis.call('GET', '{' .. slot .. '}:tombstone')
if tombstone and (redis.call('GET', '{' .. slot .. '}:began:' .. token) or '') <= tombstone then return 'void' end
$&`,
    ),
  })
  const unlink = `
    local time = redis.call('TIME')
    local removed = 0
    for i = 1, #KEYS do
      removed = removed + redis.call('UNLINK', KEYS[i])
      redis.call('SET', '{' .. KEYS[i] .. '}:tombstone', ${now}, 'PX', 60000)
    end
    return removed`
  return replacingUnlink(judging, unlink)
}

/** Removes values only, as a cache whose locks are keys of their own does. */
function leavingLeases(client: Redis): RedisLike {
  const unlinkValues = `
    local removed = 0
    for i = 1, #KEYS do
      if redis.call('GETRANGE', KEYS[i], 0, 0) == 'V' then removed = removed + redis.call('UNLINK', KEYS[i]) end
    end
    return removed`
  return replacingUnlink(client, unlinkValues)
}

function replacingUnlink(client: RedisLike, lua: string): RedisLike {
  return new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (property !== 'call') return typeof value === 'function' ? (value.bind(target) as unknown) : value
      return (command: string, ...args: (string | number | Buffer)[]) =>
        command === 'UNLINK' ? target.call('EVAL', lua, args.length, ...args) : target.call(command, ...args)
    },
  })
}
