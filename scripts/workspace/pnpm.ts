import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from './published-packages.ts'
import { run, type Finished, type RunOptions } from './run.ts'

/** Keeps pnpm from asking the registry about the version the manifest pins, and from installing before `exec`. */
const noNetwork = { pnpm_config_pm_on_fail: 'ignore', pnpm_config_verify_deps_before_run: 'false' }

/** Runs pnpm as found on PATH, else the version the repository pins, through npx. */
export async function pnpm(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const offline = { ...options, env: { ...options.env, ...noNetwork } }
  try {
    return await run('pnpm', args, offline)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return run('npx', ['--yes', '--prefer-offline', pinnedPnpm(), ...args], offline)
  }
}

function pinnedPnpm(): string {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
    packageManager: string
  }
  return manifest.packageManager
}
