import { isClusterClient, type RedisLike } from './redis-like.ts'

interface AskingNode {
  asking?: (...args: unknown[]) => Promise<unknown>
}

/**
 * Sees to a promise that ioredis forgets (5.9 and 6.0). To follow a slot that is on its way to another node of a Cluster it
 * sends ASKING, and handles only the command after it: when that node does not answer, the rejection of ASKING is unhandled
 * and ends the process. The result stops that for nodes to come.
 */
export function handleAsking(client: RedisLike): () => void {
  if (!isClusterClient(client)) return () => undefined
  const onNode = (node: unknown): void => handleOn(node as AskingNode)
  for (const node of client.nodes('all')) onNode(node)
  client.on('+node', onNode)
  return () => {
    client.off('+node', onNode)
  }
}

function handleOn(node: AskingNode): void {
  const { asking } = node
  // One of its own has been put there before, by another cache on this client or by its user.
  if (asking === undefined || Object.hasOwn(node, 'asking')) return
  node.asking = (...args) => {
    const reply = asking.apply(node, args)
    reply.catch(() => undefined)
    return reply
  }
}
