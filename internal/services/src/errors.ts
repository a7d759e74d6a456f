/** No way of getting the server worked. The message names what is missing and the one command to run. */
export class MissingServerError extends Error {
  override readonly name = 'MissingServerError'
  /** What was tried, and why it did not work. */
  readonly attempts: readonly string[]

  constructor(server: string, attempts: readonly string[], remedy: string) {
    const list = attempts.map((attempt) => `  - ${attempt}`).join('\n')
    super(`${server} is missing and could not be had:\n${list}\n${remedy}`)
    this.attempts = attempts
  }
}

/** A download failed because the network could not be reached. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** The server's program was found, but the server did not come up. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError'
}
