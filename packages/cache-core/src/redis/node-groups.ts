import { keySlot } from './key-slot.ts'
import type { RedisClusterLike } from './redis-like.ts'

/** Names the nodes that serve a key: keys with equal answers may travel in one pipeline. */
export function nodesOf(cluster: RedisClusterLike, name: string): string {
  const slot = keySlot(name)
  return cluster.slots[slot]?.join() ?? `slot ${String(slot)}`
}

/** The master that serves a key. */
export function masterOf(cluster: RedisClusterLike, name: string): string {
  const slot = keySlot(name)
  return cluster.slots[slot]?.[0] ?? `slot ${String(slot)}`
}

/** Runs one single-key command for each name, in one pipeline per node, and answers in the order of the names. */
export async function perNode(
  cluster: RedisClusterLike,
  command: 'get' | 'unlink',
  names: readonly string[],
): Promise<unknown[]> {
  const groups = new Map<string, number[]>()
  for (const [index, name] of names.entries()) {
    const nodes = nodesOf(cluster, name)
    const group = groups.get(nodes)
    if (group === undefined) groups.set(nodes, [index])
    else group.push(index)
  }
  const answers: unknown[] = Array.from({ length: names.length })
  await Promise.all(
    [...groups.values()].map(async (indexes) => {
      const replies = await runPipeline(
        cluster,
        indexes.map((index) => [command, names[index] ?? '']),
      )
      await Promise.all(
        indexes.map(async (index, position) => {
          const reply = replies[position] ?? [new Error('the pipeline was not answered'), undefined]
          answers[index] = await answerOf(cluster, { command, name: names[index] ?? '' }, reply)
        }),
      )
    }),
  )
  return answers
}

type Reply = readonly [Error | null, unknown]

async function runPipeline(cluster: RedisClusterLike, commands: string[][]): Promise<readonly Reply[]> {
  try {
    return (await cluster.pipeline(commands).exec()) ?? []
  } catch (error) {
    // The client wanted to follow it to another node, and found that its slots are no longer together. Nothing was done.
    if (error instanceof Error && error.message.includes('slots allocation group'))
      return commands.map(() => [new Error('MOVED apart'), undefined])
    throw error
  }
}

async function answerOf(
  cluster: RedisClusterLike,
  { command, name }: { readonly command: 'get' | 'unlink'; readonly name: string },
  [error, value]: Reply,
): Promise<unknown> {
  if (error === null) return value
  // As MGET does on one server: what is no string is no entry.
  if (command === 'get' && error.message.startsWith('WRONGTYPE')) return null
  // The slot is moving. The client follows only a pipeline that is redirected as a whole, and each command by itself.
  if (/^(?:MOVED|ASK|TRYAGAIN) /.test(error.message)) return cluster.call(command, name)
  throw error
}
