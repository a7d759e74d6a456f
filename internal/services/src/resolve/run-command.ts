import { spawn } from 'node:child_process'

export interface CommandOptions {
  cwd?: string
  env?: Record<string, string>
  /** Milliseconds after which it is ended; default 60 000. */
  timeoutMs?: number
}

export interface CommandResult {
  /** `undefined`: there is no such program. */
  code: number | null | undefined
  stdout: string
  stderr: string
}

/** Runs a program to its end without a shell and without input; never rejects because of its exit code. */
export const runCommand = (
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 60_000,
      killSignal: 'SIGKILL',
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', (error) => resolve({ code: undefined, stdout, stderr: error.message }))
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })

/** The last line that says something, for a message. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
