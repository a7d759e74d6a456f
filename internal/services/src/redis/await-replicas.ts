import { setTimeout as sleep } from 'node:timers/promises'
import { ServerStartError } from '../errors.ts'
import { clusterCommand } from './cluster-command.ts'
import type { RedisServer } from './redis-server.ts'

const limitMs = 30_000

/** Sends a new replica its data at once, instead of waiting five seconds for others to share the transfer. */
export const syncAtOnce = ['--repl-diskless-sync-delay', '0'] as const

/** Resolves when every replica holds its master's data: before, a failover would have nobody to promote. */
export const awaitReplicas = async (replicas: readonly RedisServer[]): Promise<void> => {
  const deadline = performance.now() + limitMs
  for (;;) {
    const answers = await Promise.all(
      replicas.map(({ port }) => clusterCommand(port, ['INFO', 'replication'])),
    )
    if (answers.every((answer) => answer.includes('master_link_status:up\r'))) return
    if (performance.now() > deadline)
      throw new ServerStartError('The replicas did not get the data of their masters.')
    await sleep(50)
  }
}
