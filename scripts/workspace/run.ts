import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'

import { repositoryRoot } from './published-packages.ts'

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Exit codes that are no failure. Default: 0 only. */
  readonly accept?: readonly number[]
}

export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a tool of this repository and rejects with what it printed when it fails. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const path = [`${repositoryRoot}node_modules/.bin`, process.env['PATH']].join(delimiter)
  const child = spawn(command, args, {
    cwd: options.cwd ?? repositoryRoot,
    env: { ...process.env, ...options.env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exit) => {
      const code = exit ?? 1
      if ((options.accept ?? [0]).includes(code)) return resolve({ code, stdout, stderr })
      reject(
        new Error([`${command} ${args.join(' ')} exited with ${code}`, stdout, stderr].join('\n').trim()),
      )
    })
  })
}
