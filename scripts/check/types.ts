import { globSync } from 'node:fs'

import { run } from '../workspace/run.ts'

const workspaces = ['.', ...globSync(['packages/*', 'examples/*', 'internal/*', 'benchmarks'])]
const withSources = workspaces.filter((folder) => globSync(`${folder}/{,src,test,scripts}/*.ts`).length > 0)

/** Type-checks every workspace that has sources; rejects with the errors of the first that has any. */
export async function checkTypes(): Promise<void> {
  await Promise.all(
    withSources.map((folder) => run('tsc', ['-p', `${folder}/tsconfig.json`, '--pretty', 'false'])),
  )
}

if (import.meta.main) await checkTypes()
