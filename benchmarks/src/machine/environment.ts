import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, type } from 'node:os'
import type { RedisServer } from '@vidnest/services'
import type { Pinning } from './pinning.ts'

/** Where, when and on what a run was made. */
export interface Environment {
  /** ISO 8601. */
  readonly date: string
  readonly node: string
  /** Product and version of the server. */
  readonly redis: string
  readonly cpu: string
  readonly cpus: number
  readonly system: string
  /** Processes that wanted a CPU in the minute before the run. */
  readonly load: number
  /** Commit of this repository; `+` when the work tree differed from it. */
  readonly commit: string
  readonly pinning?: Pinning
  /** Of the npm packages, by name. */
  readonly versions: Readonly<Record<string, string>>
}

const folder = new URL('../../', import.meta.url)

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
}

function commit(): string {
  try {
    const changed = git('status', '--porcelain', '--', '..', ':!results') !== ''
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`
  } catch {
    return 'unknown'
  }
}

/** The manifest pins every package exactly, so what it says is what runs; our own is the commit's. */
function versions(): Record<string, string> {
  const text = readFileSync(new URL('package.json', folder), 'utf8')
  return (JSON.parse(text) as { dependencies: Record<string, string> }).dependencies
}

export function describeEnvironment(server: RedisServer, pinning: Pinning | undefined): Environment {
  const product = server.product === 'valkey' ? 'Valkey' : 'Redis'
  return {
    date: new Date().toISOString(),
    node: process.versions.node,
    redis: `${product} ${server.version}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: cpus().length,
    system: `${type()} ${release()}`,
    load: loadavg()[0] ?? Number.NaN,
    commit: commit(),
    ...(pinning !== undefined && { pinning }),
    versions: versions(),
  }
}
