import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'

import { run } from '../../scripts/workspace/run.ts'

const consumer = inject('consumer')
const probe = join(import.meta.dirname, 'probe-imports.mjs')

async function evaluate(code: string): Promise<unknown> {
  const { stdout } = await run('node', ['--input-type=module', '--eval', code], { cwd: consumer })
  return JSON.parse(stdout)
}

const print = (expression: string): string => `process.stdout.write(JSON.stringify(${expression}))`
const requireHere = `import { createRequire } from 'node:module'; const require = createRequire(process.cwd() + '/x.cjs');`

describe.each(inject('tarballs').map(({ name }) => name))('%s', (name) => {
  test('exports these names', async () => {
    expect(await evaluate(print(`Object.keys(await import('${name}')).sort()`))).toMatchSnapshot()
  })

  test('exports the same names to import and to require', async () => {
    const imported = await evaluate(print(`Object.keys(await import('${name}')).sort()`))
    const required = await evaluate(
      requireHere + print(`Object.keys(require('${name}')).filter((key) => key !== 'module.exports').sort()`),
    )
    expect(required).toEqual(imported)
  })

  test('loads these modules when it is imported', async () => {
    const { stdout } = await run('node', ['--import', probe, '--eval', `import('${name}')`], {
      cwd: consumer,
    })
    expect(JSON.parse(stdout)).toMatchSnapshot()
  })
})

test('cache-core loads no client and no module but Node’s own', async () => {
  const { stdout } = await run('node', ['--import', probe, '--eval', `import('@vidnest/cache-core')`], {
    cwd: consumer,
  })
  const loaded = JSON.parse(stdout) as string[]
  expect(loaded).toContain('node:crypto')
  expect(loaded.filter((specifier) => !specifier.startsWith('node:'))).toEqual([])
})
