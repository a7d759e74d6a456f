import type { Redis } from 'ioredis'
import type { CounterBatch, CounterSeed } from '../../src/index.ts'

/** Where a process that counts can be killed. */
export type CounterCrashPoint =
  | `${'before' | 'after'} ${'counterAdd' | 'counterTake' | 'counterAck' | 'lastApplied' | 'apply'}`
  | 'in the middle of apply'

/** A source in Redis: each count with the number of the last batch that it contains, as a guard. */
export interface GuardedSink {
  /** Adds what the guards have not seen; `isWhole` also notes the batch as applied. */
  apply(batch: CounterBatch, isWhole?: boolean): Promise<void>
  lastApplied(shard: string): Promise<number>
  read(key: string): Promise<Required<CounterSeed>>
}

const addOnce = `
if tonumber(redis.call('HGET', KEYS[1], 'applied') or '0') < tonumber(ARGV[2]) then
  redis.call('HINCRBY', KEYS[1], 'value', ARGV[1])
  redis.call('HSET', KEYS[1], 'applied', ARGV[2])
end
redis.call('EXPIRE', KEYS[1], 600)`

export function counterSink(redis: Redis, namespace: string): GuardedSink {
  const name = (key: string): string => `source:${namespace}:${key}`
  return {
    async apply({ shard, id, deltas }, isWhole = true) {
      for (const { key, delta } of deltas) await redis.eval(addOnce, 1, name(key), delta, id)
      if (isWhole) await redis.set(name(`last:${shard}`), id, 'EX', 600)
    },
    async lastApplied(shard) {
      return Number(await redis.get(name(`last:${shard}`)))
    },
    async read(key) {
      const [value, applied] = await redis.hmget(name(key), 'value', 'applied')
      return { value: Number(value), applied: Number(applied) }
    },
  }
}
