import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { repositoryRoot } from '../../scripts/workspace/published-packages.ts'
import { run } from '../../scripts/workspace/run.ts'

const needed = [
  'vitest.config.ts',
  'tsconfig.base.json',
  'tsconfig.types.json',
  'internal/services/src/matrix-aliases.ts',
  'scripts/check/tsc-for-vitest.sh',
]
const testFile = 'packages/cache-core/test/claim.test-d.ts'
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vidnest-types-'))
  for (const file of needed) cpSync(join(repositoryRoot, file), join(folder, file))
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(dirname(join(folder, testFile)), { recursive: true })
})

afterEach(() => rmSync(folder, { recursive: true }))

function typeTest(claim: string): string {
  return `import { expectTypeOf, test } from 'vitest'\ntest('claim', () => {\n  ${claim}\n})\n`
}

test.each([
  ['passes for a right type', `expectTypeOf<string>().toEqualTypeOf<string>()`, '1 passed'],
  ['fails for a wrong type', `expectTypeOf<string>().toEqualTypeOf<number>()`, '1 failed'],
  [
    'fails for an expected error that does not happen',
    `// @ts-expect-error\n  expectTypeOf('hit').toBeString()`,
    1,
  ],
])('the project for type tests %s', async (_outcome, claim, output) => {
  writeFileSync(join(folder, testFile), typeTest(claim))
  expect(await runTypeTests()).toContain(output)
})

test('the project for type tests writes nothing to the installed packages, which may be read-only', async () => {
  const buildInformation = join(repositoryRoot, 'node_modules/vitest/dist/tsconfig.tmp.tsbuildinfo')
  const writtenAt = (): number | undefined => statSync(buildInformation, { throwIfNoEntry: false })?.mtimeMs
  const before = writtenAt()
  writeFileSync(join(folder, testFile), typeTest(`expectTypeOf<string>().toEqualTypeOf<string>()`))

  expect(await runTypeTests()).toContain('1 passed')
  expect(writtenAt()).toBe(before)
})

async function runTypeTests(): Promise<string> {
  const { stdout, stderr } = await run('vitest', ['run', '--project', 'types'], {
    cwd: folder,
    env: { NO_COLOR: '1', FORCE_COLOR: '0' },
    accept: [0, 1],
  })
  return stdout + stderr
}
