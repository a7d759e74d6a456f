import { globSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from '../workspace/published-packages.ts'
import { run } from '../workspace/run.ts'

const tsc = join(repositoryRoot, 'node_modules/typescript/bin/tsc')

const workspaces = ['.', ...globSync(['packages/*', 'examples/*', 'internal/*', 'benchmarks'])]
const withSources = workspaces.filter((folder) => globSync(`${folder}/{,src,test,scripts}/*.ts`).length > 0)

/**
 * Type-checks every workspace that has sources, with a compiler on the Node that runs this; rejects with the errors of the
 * first that has any.
 */
export async function checkTypes(): Promise<void> {
  await Promise.all(
    withSources.map((folder) =>
      run(process.execPath, [tsc, '-p', `${folder}/tsconfig.json`, '--pretty', 'false']),
    ),
  )
}

if (import.meta.main) await checkTypes()
