/** Exit codes: a failure or a problem that was found, a command line that cannot be followed, an interruption. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** Ends the command with one line, which says what to do. It never holds a password or a cached value. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}

/** For a command line that cannot be followed. */
export function usageError(message: string): CliError {
  return new CliError(exitCodes.usage, message)
}

/** For what could not be done. */
export function failure(message: string): CliError {
  return new CliError(exitCodes.failed, message)
}

/** For what Ctrl-C ended; the message says how far it came. */
export function interrupted(howFar: string): CliError {
  return new CliError(exitCodes.interrupted, `stopped: ${howFar}`)
}
