import { cpSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { pnpm } from '../workspace/pnpm.ts'
import { repositoryRoot } from '../workspace/published-packages.ts'
import { run } from '../workspace/run.ts'

const copied = [
  'package.json',
  'pnpm-workspace.yaml',
  '.changeset',
  'packages',
  'examples',
  'internal',
  'benchmarks',
]

/** Copies the workspace to `destination` and applies its changesets there, so that the work tree stays as it is. */
export async function versionedCopy(destination: string): Promise<void> {
  for (const entry of copied) {
    const filter = (source: string): boolean => basename(source) !== 'node_modules'
    cpSync(join(repositoryRoot, entry), join(destination, entry), { recursive: true, filter })
  }
  // Not all of node_modules: pnpm would take it for the copy's own and rearrange it.
  const tool = join('node_modules', '@changesets', 'cli')
  mkdirSync(join(destination, dirname(tool)), { recursive: true })
  symlinkSync(realpathSync(join(repositoryRoot, tool)), join(destination, tool))
  await run('git', ['init', '--quiet'], { cwd: destination })
  // changesets itself asks for pnpm.
  await pnpm(['exec', 'changeset', 'version'], { cwd: destination })
}
