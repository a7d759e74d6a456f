import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface SpawnOptions {
  /** What the file reads with {@link argumentOfParent}. */
  readonly argument: object
  /** The CPUs that it may use, as `taskset` names them. Default: those of this process. */
  readonly cpus?: string | undefined
}

/** Starts a file of `src/` with an IPC channel. */
export function spawnNode(file: string, { argument, cpus }: SpawnOptions): ChildProcess {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const node = [process.execPath, '--expose-gc', path, JSON.stringify(argument)]
  const [command = '', ...args] = cpus === undefined ? node : ['taskset', '--cpu-list', cpus, ...node]
  return spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}

/** In the started file: what its parent gave it. From then on it ends when the parent has gone, however that happened. */
export function argumentOfParent(): unknown {
  process.once('disconnect', () => process.exit())
  return JSON.parse(process.argv[2] ?? '{}')
}
