import { build } from '../build/build.ts'
import { dryRun } from '../release/dry-run.ts'
import { run } from '../workspace/run.ts'
import { checkTypes } from './types.ts'
import { checkWorkflows } from './workflows.ts'

interface Step {
  readonly name: string
  readonly run: () => Promise<unknown>
}

const steps: readonly Step[] = [
  { name: 'format', run: () => run('oxfmt', ['--check']) },
  { name: 'lint', run: () => run('oxlint', []) },
  { name: 'types', run: checkTypes },
  { name: 'embedded Lua', run: () => run('node', ['scripts/lua/embed-lua.ts', '--check']) },
  { name: 'knip', run: () => run('knip', ['--treat-config-hints-as-errors', '--no-progress']) },
  { name: 'workflows', run: checkWorkflows },
  { name: 'changesets', run: () => run('changeset', ['status']) },
  {
    name: 'unit and type tests',
    run: () => run('vitest', ['run', '--project', 'unit', '--project', 'types']),
  },
  { name: 'build', run: build },
  { name: 'release dry run', run: dryRun },
]

async function passes({ name, run: step }: Step): Promise<boolean> {
  const started = performance.now()
  try {
    await step()
  } catch (error) {
    process.stderr.write(`✗ ${name}\n${error instanceof Error ? error.message : String(error)}\n\n`)
    return false
  }
  process.stdout.write(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`)
  return true
}

let failed = 0
for (const step of steps) if (!(await passes(step))) failed += 1
if (failed > 0) {
  process.stderr.write(`${failed} of ${steps.length} checks failed.\n`)
  process.exitCode = 1
}
