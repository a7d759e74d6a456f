import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

import { repositoryRoot } from '../../scripts/workspace/published-packages.ts'

interface Job {
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> }
  readonly steps: readonly { readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }[]
}

const workflow = parse(readFileSync(join(repositoryRoot, '.github/workflows/ci.yml'), 'utf8')) as {
  readonly jobs: Readonly<Record<string, Job>>
}

test('every supported Node lints, checks types and runs the unit tests, and does so itself', () => {
  const job = workflow.jobs['unit']
  const commands = job?.steps.flatMap(({ run }) => run ?? []) ?? []

  expect(job?.strategy?.matrix['node']).toEqual([22, 24, 26])
  expect(job?.steps.flatMap((step) => step.with?.['node-version'] ?? [])).toEqual(['${{ matrix.node }}'])
  for (const tool of ['oxlint', 'types.ts', 'vitest.mjs run --project unit'])
    expect(commands.filter((command) => command.startsWith('node ') && command.includes(tool))).toHaveLength(
      1,
    )
})
