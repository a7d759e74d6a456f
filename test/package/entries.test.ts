import { readFileSync } from 'node:fs'
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

/** What a user may import of the packages, as `@vidnest/cache-core/prometheus`. */
const entries = inject('tarballs').flatMap(({ name }) => {
  const manifest = readFileSync(join(consumer, 'node_modules', name, 'package.json'), 'utf8')
  const { exports } = JSON.parse(manifest) as { exports: Readonly<Record<string, unknown>> }
  const paths = Object.keys(exports).filter((path) => path !== './package.json')
  return paths.map((path) => name + path.slice(1))
})

/** The modules that the packages ask for by name when `entry` is imported. */
async function loadedBy(entry: string): Promise<string[]> {
  const { stdout } = await run('node', ['--import', probe, '--eval', `import('${entry}')`], { cwd: consumer })
  return JSON.parse(stdout) as string[]
}

describe.each(entries)('%s', (entry) => {
  test('exports these names', async () => {
    expect(await evaluate(print(`Object.keys(await import('${entry}')).sort()`))).toMatchSnapshot()
  })

  test('exports the same names to import and to require', async () => {
    const imported = await evaluate(print(`Object.keys(await import('${entry}')).sort()`))
    const required = await evaluate(
      requireHere +
        print(`Object.keys(require('${entry}')).filter((key) => key !== 'module.exports').sort()`),
    )
    expect(required).toEqual(imported)
  })

  test('loads these modules when it is imported', async () => {
    expect(await loadedBy(entry)).toMatchSnapshot()
  })
})

test('cache-core loads no client, no peer and nothing but its one dependency', async () => {
  const loaded = await loadedBy('@vidnest/cache-core')
  expect(loaded).toContain('node:crypto')
  expect(loaded.filter((specifier) => !specifier.startsWith('node:'))).toEqual(['lru-cache'])
})

test('what is for tests is loaded by tests only', async () => {
  const filesOf = async (entry: string): Promise<string[]> => {
    const listing = `const files = []
      registerHooks({ load: (url, context, next) => { files.push(url); return next(url, context) } })
      await import('${entry}')`
    const files = await evaluate(`import { registerHooks } from 'node:module'; ${listing}; ${print('files')}`)
    return (files as string[]).filter((file) => file.includes('/dist/testing/'))
  }
  expect(await filesOf('@vidnest/cache-core')).toEqual([])
  expect(await filesOf('@vidnest/cache-core/testing')).not.toEqual([])
  const loaded = await loadedBy('@vidnest/cache-core/testing')
  expect(loaded.filter((specifier) => !specifier.startsWith('node:'))).toEqual([])
})

test.each([
  ['@vidnest/cache-core/prometheus', 'prom-client'],
  ['@vidnest/cache-core/opentelemetry', '@opentelemetry/api'],
])('%s loads %s and no peer of another entry', async (entry, peer) => {
  const loaded = await loadedBy(entry)
  expect(loaded.filter((specifier) => !specifier.startsWith('node:'))).toEqual([peer])
})
