import { Cluster, type Redis } from 'ioredis'
import type { Cache } from '../../src/index.ts'
import { encodeValueSlot } from '../../src/envelope/slot.ts'
import { createToken } from '../../src/envelope/token.ts'
import { nodesOf } from '../../src/redis/node-groups.ts'
import { KeyNames } from '../../src/store/key-names.ts'

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
  redis: Redis | Cluster,
  { cache, keys, tags = [], ttlMs = 600_000 }: RawEntries,
): Promise<void> {
  const cluster = redis instanceof Cluster ? redis : undefined
  const names = new KeyNames(cache.namespace, cluster !== undefined)
  const noted = (await redis.get(names.generation)) ?? ''
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
  // What travels in one pipeline is for one node.
  const pipelines = new Map<string, string[][]>()
  for (const key of keys) {
    const name = names.entry(key)
    const node = cluster === undefined ? '' : nodesOf(cluster, name)
    const commands = pipelines.get(node) ?? []
    pipelines.set(node, commands)
    commands.push(['set', name, text, 'PX', String(ttlMs)])
    if (commands.length < chunk) continue
    await send(redis, commands)
    pipelines.delete(node)
  }
  for (const commands of pipelines.values()) await send(redis, commands)
}

async function send(redis: Redis | Cluster, commands: string[][]): Promise<void> {
  for (const [error] of (await redis.pipeline(commands).exec()) ?? []) if (error !== null) throw error
}
