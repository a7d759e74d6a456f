import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Which CPUs do what, as `taskset` names them. */
export interface Pinning {
  readonly redis: string
  readonly client: string
  /** Every CPU that this process may use. */
  readonly all: string
}

/** The numbers in a list such as `0-2,5`. */
export function cpuNumbers(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/** Redis on the first CPU, the contestant on the last; `undefined` without `taskset` (Linux) or a second CPU. */
export async function planPinning(): Promise<Pinning | undefined> {
  try {
    const { stdout } = await run('taskset', ['--cpu-list', '--pid', String(process.pid)])
    const all = stdout.slice(stdout.lastIndexOf(':') + 1).trim()
    const [redis, ...others] = cpuNumbers(all)
    const client = others.at(-1)
    return client === undefined ? undefined : { redis: String(redis), client: String(client), all }
  } catch {
    return undefined
  }
}

/** Pins a running process with all its threads; false where that cannot be done, as for a server in a container. */
export async function pinProcess(pid: number, cpus: string): Promise<boolean> {
  try {
    await run('taskset', ['--all-tasks', '--cpu-list', '--pid', cpus, String(pid)])
    return true
  } catch {
    return false
  }
}
