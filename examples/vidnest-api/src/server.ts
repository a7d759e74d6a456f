import { ConfigError } from './config/config.ts'
import { MongoUnreachableError, startVidNest } from './start.ts'

/** Errors that a person can mend: they get the message, not a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof MongoUnreachableError) return error.message
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'the port is taken: stop what listens there, or set PORT to another (0 takes any free one)'
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

try {
  const vidnest = await startVidNest(process.env)
  const stop = (): void => {
    // A second signal means it.
    process.once('SIGINT', () => process.exit(130))
    process.once('SIGTERM', () => process.exit(143))
    void vidnest.close()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
} catch (error) {
  process.stderr.write(`VidNest cannot start: ${explain(error)}\n`)
  process.exitCode = 1
}
