import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { RedisClusterLike, RedisLike } from '../../redis/redis-like.ts'
import { failure } from '../cli-error.ts'

/** A client that this command opens and closes itself. */
export interface OwnClient extends RedisLike {
  connect(): Promise<void>
  disconnect(): void
}

/** ioredis, as far as it is used here. */
export interface ClientLibrary {
  readonly version: string
  readonly Redis: new (options: object) => OwnClient
  readonly Cluster: new (nodes: readonly object[], options: object) => OwnClient & RedisClusterLike
}

/** Where to look for it. */
export interface LibraryPlace {
  readonly cwd: string
  /** `npm_config_user_agent`, by which package managers tell who runs a script. */
  readonly userAgent: string | undefined
}

/**
 * ioredis of the user's project; where the command was installed outside of any, the one installed beside it.
 * @throws {CliError} with the command that installs it.
 */
export function findClientLibrary({ cwd, userAgent }: LibraryPlace): ClientLibrary {
  for (const place of [join(cwd, 'package.json'), import.meta.url]) {
    const require = createRequire(place)
    if (!canResolve(require, 'ioredis')) continue
    const { Redis, Cluster } = require('ioredis') as Partial<ClientLibrary>
    const { version } = require('ioredis/package.json') as Pick<ClientLibrary, 'version'>
    if (Redis !== undefined && Cluster !== undefined) return { version, Redis, Cluster }
    throw failure(`ioredis ${version} is too old: run ${installCommand(userAgent)}`)
  }
  throw failure(`ioredis is not installed in this folder’s project: run ${installCommand(userAgent)}`)
}

function canResolve(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name)
    return true
  } catch {
    return false
  }
}

const installCommands: Readonly<Record<string, string>> = {
  pnpm: 'pnpm add ioredis',
  yarn: 'yarn add ioredis',
  bun: 'bun add ioredis',
}

/** How the user's package manager installs it; the user agent begins as `pnpm/10.2.0`. */
function installCommand(userAgent = ''): string {
  return installCommands[userAgent.split('/', 1)[0] ?? ''] ?? 'npm install ioredis'
}
