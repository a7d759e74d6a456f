// Generated from redis/scripts/*.lua by scripts/lua/embed-lua.ts: edit those.

import type { Script } from '@vidnest/cache-core'

/** Name of a script. */
export type ScriptName =
  | 'streamTurn'

/** The scripts. */
export const scripts: Readonly<Record<ScriptName, Script>> = {
  streamTurn: {
    sha: 'ceb90765822485225be720090cbeaf92fa8c8d24',
    lua: [
      'local time = redis.call(\'TIME\')',
      'local now = time[1] * 1000 + math.floor(time[2] / 1000)',
      'local held = redis.call(\'HMGET\', KEYS[1], \'leader\', \'until\')',
      'if held[1] and held[1] ~= ARGV[1] and tonumber(held[2]) > now then',
      'return {0}',
      'end',
      'redis.call(\'HSET\', KEYS[1], \'leader\', ARGV[1], \'until\', string.format(\'%.0f\', now + ARGV[2]))',
      'if ARGV[3] ~= \'\' then',
      'redis.call(\'HSET\', KEYS[1], \'position\', ARGV[3])',
      'end',
      'return {1, redis.call(\'HGET\', KEYS[1], \'position\') or \'\'}',
    ].join('\n'),
  },
}
