import { ask, nextMessage } from './conversation.ts'
import { spawnNode } from './spawn-node.ts'

/** What a client saw that sends a GET every millisecond, whether or not the one before was answered. */
export interface Observed {
  readonly p50Ms: number
  readonly p90Ms: number
}

export interface ProbeTask {
  readonly url: string
}

export type ProbeRequest = 'start' | 'stop'

export interface Probe {
  readonly start: () => Promise<unknown>
  readonly stop: () => Promise<Observed>
  readonly close: () => void
}

/** Starts another client of Redis in a process of its own. */
export async function startProbe(task: ProbeTask, cpus: string | undefined): Promise<Probe> {
  const child = spawnNode('processes/probe.ts', { argument: task, cpus })
  await nextMessage(child)
  return {
    start: () => ask(child, 'start' satisfies ProbeRequest),
    stop: () => ask<Observed>(child, 'stop' satisfies ProbeRequest),
    close: () => void child.kill(),
  }
}
