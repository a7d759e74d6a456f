import { ask, nextMessage } from './conversation.ts'
import { spawnNode } from './spawn-node.ts'

export interface HerdTask {
  readonly contestant: string
  readonly url: string
}

/** So many callers of one key, at a moment of the wall clock. */
export interface HerdRequest {
  readonly id: string
  readonly at: number
  readonly callers: number
}

export interface HerdMember {
  /** How often the loader ran in this process. */
  readonly read: (request: HerdRequest) => Promise<number>
  readonly stop: () => void
}

/** Starts one more process of an application that uses the contestant. */
export async function startHerdMember(task: HerdTask, cpus: string | undefined): Promise<HerdMember> {
  const child = spawnNode('processes/herd-member.ts', { argument: task, cpus })
  await nextMessage(child)
  return { read: (request) => ask<number>(child, request), stop: () => void child.kill() }
}
