import { parseArgs } from 'node:util'

/** What the demo was asked to do. */
export interface DemoArguments {
  readonly tour: boolean
  readonly help: boolean
  /** Run on the servers that the environment names. */
  readonly existingServers: boolean
  /** `undefined` takes 8000, or the next free one. */
  readonly port: number | undefined
}

/** The arguments are wrong; the message says how they should be. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage = `Runs VidNest on a real Redis and a real MongoDB of its own, with 200 users and 2,000 videos.

  npm run demo                    serve it until Ctrl-C
  npm run demo -- --port 9000     on another port
  npm run demo -- --tour          walk the main flows once, print what happened, and end
  npm run demo -- --existing-servers
                                  on the Redis of REDIS_URL and the MongoDB of MONGODB_URI, or one of both:
                                  in a namespace and a database of its own there, which it removes at its end;
                                  without this it leaves both alone, whatever the environment says
  npm run demo -- --help          this text
`

/** @throws {UsageError} */
export function readArguments(args: readonly string[]): DemoArguments {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        tour: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        port: { type: 'string' },
        'existing-servers': { type: 'boolean' },
      },
    })
    return {
      tour: values.tour ?? false,
      help: values.help ?? false,
      existingServers: values['existing-servers'] ?? false,
      port: readPort(values.port),
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(error instanceof Error ? error.message : 'the arguments cannot be read')
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError('--port takes a number from 1 to 65535')
  return port
}
