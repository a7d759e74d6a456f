import type { Redis } from 'ioredis'
import type { Cache } from '../../src/index.ts'
import { encodeValueSlot } from '../../src/envelope/slot.ts'
import { createToken } from '../../src/envelope/token.ts'

/** What entries that are written by hand carry. */
export interface RawEntries {
  readonly cache: Cache
  readonly keys: Iterable<string>
  readonly tags?: readonly string[]
  readonly ttlMs?: number
}

const chunk = 10_000

/** Writes very many entries at once, as if each had been loaded just now: one load each would take too long for a test. */
export async function fillRaw(
  redis: Redis,
  { cache, keys, tags = [], ttlMs = 600_000 }: RawEntries,
): Promise<void> {
  const noted = (await redis.get(`${cache.namespace}:~generation`)) ?? ''
  const [seconds] = await redis.time()
  const text = encodeValueSlot({
    token: createToken(),
    generation: Number(noted.slice(0, 16)),
    epoch: noted.slice(17, 25),
    loadedAt: Number(seconds) * 1000,
    freshUntil: Number(seconds) * 1000 + ttlMs,
    loadCostMs: 1,
    version: 1,
    codec: 'j',
    flags: '-',
    tags,
    payload: '"filled"',
  })
  let commands: string[][] = []
  for (const key of keys) {
    commands.push(['set', `${cache.namespace}:${key}`, text, 'PX', String(ttlMs)])
    if (commands.length < chunk) continue
    await redis.pipeline(commands).exec()
    commands = []
  }
  await redis.pipeline(commands).exec()
}
