import { runCommand } from './run-command.ts'
import type { ServerBinary } from './resolver.ts'

/** Which product a program says it is. */
export interface Probe extends ServerBinary {
  product: 'redis' | 'valkey' | 'mongod'
}

const answers: readonly [Probe['product'], RegExp][] = [
  ['redis', /^Redis server v=(\S+)/m],
  ['valkey', /^(?:Valkey|Redis) server v=(\S+)/m],
  ['mongod', /^db version v(\S+)/m],
]

/** Asks a program for its version; `undefined` when it is not there or does not run. */
export const probeBinary = async (path: string, env?: Record<string, string>): Promise<Probe | undefined> => {
  const result = await runCommand(path, ['--version'], {
    timeoutMs: 10_000,
    ...(env === undefined ? {} : { env }),
  })
  if (result.code !== 0) return undefined
  for (const [product, pattern] of answers) {
    const version = pattern.exec(result.stdout)?.[1]
    if (version !== undefined)
      return { kind: 'binary', product, path, version, ...(env === undefined ? {} : { env }) }
  }
  return undefined
}
