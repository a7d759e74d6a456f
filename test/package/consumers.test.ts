import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'

import { run } from '../../scripts/workspace/run.ts'

const consumer = inject('consumer')
const strict = [
  '--noEmit',
  '--strict',
  '--exactOptionalPropertyTypes',
  '--target',
  'es2023',
  '--pretty',
  'false',
]

describe('a TypeScript consumer', () => {
  test.each([
    ['nodenext', ['--module', 'nodenext']],
    ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])('type-checks with %s resolution', async (_resolution, flags) => {
    const { stdout } = await run('tsc', [...strict, ...flags, '--skipLibCheck', 'typescript/main.ts'], {
      cwd: consumer,
    })
    expect(stdout).toBe('')
  })

  test('gets declarations that hold without skipLibCheck', async () => {
    const { stdout } = await run(
      'tsc',
      [...strict, '--module', 'nodenext', '--types', 'node', 'typescript/main.ts'],
      {
        cwd: consumer,
        accept: [0, 1, 2],
      },
    )
    expect(stdout.split('\n').filter((line) => line.includes('@vidnest/'))).toEqual([])
  })
})

describe('a JavaScript consumer', () => {
  test.each([
    ['imports the packages as ES modules', 'javascript/main.mjs'],
    ['requires the packages from CommonJS', 'commonjs/main.cjs'],
  ])('%s', async (_how, file) => {
    const { stdout, stderr } = await run('node', [join(consumer, file)], { cwd: consumer })
    expect(JSON.parse(stdout)).toEqual(['video:7', 'hello Ada'])
    expect(stderr).toBe('')
  })
})
