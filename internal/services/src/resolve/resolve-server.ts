import { MissingServerError, UnreachableError } from '../errors.ts'
import type { Report, Step } from '../step.ts'
import type { Resolver } from './resolver.ts'

export interface ServerRequest<S> {
  server: Step['server']
  resolvers: readonly Resolver<S>[]
  /** Finds the one command that helps when nothing worked. */
  command: () => Promise<string>
  report?: Report | undefined
}

/** Takes the first way that works, announcing each one. */
export const resolveServer = async <S>(request: ServerRequest<S>): Promise<S> => {
  const attempts: string[] = []
  let isReachable = true
  for (const resolver of request.resolvers) {
    const { title } = resolver
    const startedAt = performance.now()
    const tell = (state: Step['state'], detail?: string): void =>
      request.report?.({
        server: request.server,
        title,
        state,
        elapsedMs: performance.now() - startedAt,
        ...(detail === undefined ? {} : { detail }),
      })
    tell('started')
    try {
      const found = await resolver.find((detail) => tell('progress', detail))
      if ('server' in found) {
        tell('done')
        return found.server
      }
      tell('skipped', found.notHere)
      attempts.push(`${title}: ${found.notHere}`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      tell('failed', reason)
      attempts.push(`${title}: ${reason}`)
      if (error instanceof UnreachableError) isReachable = false
    }
  }
  const remedy = isReachable
    ? `Run this one command, then try again:\n  ${await request.command()}`
    : `Connect this machine to the network; behind a proxy, set HTTPS_PROXY.\nRun this one command:\n  ${runAgain()}`
  throw new MissingServerError(request.server, attempts, remedy)
}

/** As the launcher was called, which knows. */
const runAgain = (): string => process.env['VIDNEST_RERUN'] ?? 'npm test'
