/** No way of getting the server worked. The message names what is missing and the one command to run. */
export class MissingServerError extends Error {
  override readonly name = 'MissingServerError'
  /** What was tried, and why it did not work. */
  readonly attempts: readonly string[]

  constructor(server: string, attempts: readonly string[], command: string) {
    const list = attempts.map((attempt) => `  - ${attempt}`).join('\n')
    super(
      `${server} is missing and could not be had:\n${list}\nRun this one command, then try again:\n  ${command}`,
    )
    this.attempts = attempts
  }
}

/** The server's program was found, but the server did not come up. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError'
}
