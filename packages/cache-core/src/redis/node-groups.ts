import { keySlot } from './key-slot.ts'
import type { RedisClusterLike } from './redis-like.ts'

/** Runs one single-key command for each name, in one pipeline per node, and answers in the order of the names. */
export async function perNode(
  cluster: RedisClusterLike,
  command: 'get' | 'unlink',
  names: readonly string[],
): Promise<unknown[]> {
  const groups = new Map<string, number[]>()
  for (const [index, name] of names.entries()) {
    const slot = keySlot(name)
    const node = cluster.slots[slot]?.[0] ?? `slot ${String(slot)}`
    const group = groups.get(node)
    if (group === undefined) groups.set(node, [index])
    else group.push(index)
  }
  const answers: unknown[] = Array.from({ length: names.length })
  await Promise.all(
    [...groups.values()].map(async (indexes) => {
      const replies = (await cluster.pipeline(indexes.map((index) => [command, names[index]])).exec()) ?? []
      for (const [position, index] of indexes.entries()) {
        const [error, value] = replies[position] ?? [new Error('the pipeline was not answered'), undefined]
        // As MGET does on one server: what is no string is no entry.
        const otherType = command === 'get' && error?.message.startsWith('WRONGTYPE')
        if (error !== null && otherType !== true) throw error
        answers[index] = otherType === true ? null : value
      }
    }),
  )
  return answers
}
