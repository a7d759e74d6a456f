import { existsSync, globSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { buildableCopy } from '../../scripts/build/buildable-copy.ts'
import { pluginPackages, publishedPackages } from '../../scripts/workspace/published-packages.ts'

let copy: string

beforeAll(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'vidnest-copy-')))
  buildableCopy(copy)
})

afterAll(() => rmSync(copy, { recursive: true }))

test.each(pluginPackages)('$name of a copy is built against the core package of the copy', ({ path }) => {
  expect(realpathSync(join(copy, path, 'node_modules/@vidnest/cache-core'))).toBe(
    join(copy, 'packages/cache-core'),
  )
})

test.each(publishedPackages)('a copy has the sources of $name, and neither builds nor tests', ({ path }) => {
  expect(globSync('src/**/*.ts', { cwd: join(copy, path) }).length).toBeGreaterThan(5)
  expect(['dist', 'test'].filter((name) => existsSync(join(copy, path, name)))).toEqual([])
})
