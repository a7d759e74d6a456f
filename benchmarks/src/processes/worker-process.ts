import type { RedisServer } from '@vidnest/services'
import type { Pinning } from '../machine/pinning.ts'
import type { Profile } from '../profile/profile.ts'
import type { Scale } from '../scale.ts'
import type { Samples } from '../workloads/workload.ts'
import { nextMessage } from './conversation.ts'
import { spawnNode } from './spawn-node.ts'

/** One contestant in one workload. */
export interface WorkerTask {
  readonly workload: string
  readonly contestant: string
  readonly url: string
  readonly scale: Scale
  readonly pinning?: Pinning | undefined
  /** Record a profile instead of comparing. */
  readonly profile: boolean
}

/** How it went. */
export type Outcome =
  | { readonly type: 'measured'; readonly samples: Samples }
  | { readonly type: 'profiled'; readonly profile: Profile }
  /** The library has no call for this. */
  | { readonly type: 'absent' }
  | { readonly type: 'failed'; readonly reason: string }

interface ServerRequest {
  readonly type: 'server'
  readonly action: 'pause' | 'resume'
}

export type WorkerMessage = Outcome | ServerRequest

/** Longest time of one contestant in one workload. */
const limitMs = 600_000

export interface WorkerContext {
  readonly server: RedisServer
  readonly signal: AbortSignal
}

/** Runs a task in a process of its own, so that nobody's garbage and compiled code meet another's. */
export async function runWorker(task: WorkerTask, { server, signal }: WorkerContext): Promise<Outcome> {
  const limit = AbortSignal.timeout(limitMs)
  const child = spawnNode('worker.ts', { argument: task, cpus: task.pinning?.client })
  try {
    for (;;) {
      const message = await nextMessage<WorkerMessage>(child, AbortSignal.any([signal, limit]))
      if (message.type !== 'server') return message
      await server[message.action]()
      child.send('done')
    }
  } catch (error) {
    if (signal.aborted) throw error
    return { type: 'failed', reason: error instanceof Error ? error.message : String(error) }
  } finally {
    child.kill('SIGKILL')
    // It may have ended while its Redis was frozen.
    await server.resume()
  }
}
