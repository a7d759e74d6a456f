import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'

import config from '../../oxlint.config.ts'
import { cacheCoreLayers } from '../../scripts/lint/cache-core-layers.ts'
import { importBoundaries } from '../../scripts/lint/import-boundaries.ts'
import { repositoryRoot } from '../../scripts/workspace/published-packages.ts'
import { codeRules } from '../lint-fixtures/code-rules.ts'
import { forbiddenImports, permittedImports } from '../lint-fixtures/import-directions.ts'
import { lintWorkspace, type Finding } from './lint-workspace.ts'

const fixtures = [...codeRules, ...forbiddenImports]
let findings: Finding[]

function findingsIn(file: string): Finding[] {
  return findings.filter((finding) => finding.file === file)
}

beforeAll(async () => {
  const files = fixtures.flatMap(({ file, code, beside = {} }) => [[file, code], ...Object.entries(beside)])
  const permitted = permittedImports.map(({ file, code }) => [file, code])
  findings = await lintWorkspace(Object.fromEntries([...files, ...permitted]))
})

describe('every rule fires on its fixture, and nothing else does', () => {
  test.each(codeRules)('$rule', ({ file, rule }) => {
    expect(findingsIn(file).map((finding) => finding.rule)).toEqual([rule])
  })

  test.each(forbiddenImports)('$file: $because', ({ file, rule, because }) => {
    expect(findingsIn(file)).toEqual([{ file, rule, text: expect.stringContaining(because ?? rule) }])
  })

  test.each(permittedImports)('$file is left alone', ({ file }) => {
    expect(findingsIn(file)).toEqual([])
  })
})

describe('every rule has a fixture', () => {
  const named = [config, ...config.overrides].flatMap(({ rules }) =>
    Object.entries(rules).flatMap(([rule, severity]) => (severity === 'off' ? [] : [rule])),
  )
  const covered = new Set(
    fixtures.map(({ rule }) => rule.replace(/^(\w+)\(([\w-]+)\)$/, '$1/$2').replace('eslint/', '')),
  )

  test.each([...new Set(named)])('%s', (rule) => {
    expect(covered).toContain(rule)
  })

  const prohibitions = importBoundaries.flatMap(({ rules }) =>
    rules['no-restricted-imports'][1].patterns.map(({ message }) => message),
  )

  test.each([...new Set(prohibitions)])('%s', (message) => {
    expect(findings.some(({ text }) => text.includes(message))).toBe(true)
  })
})

test('every folder of cache-core has its place among the layers', () => {
  const folders = readdirSync(join(repositoryRoot, 'packages/cache-core/src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  expect(folders.filter((name) => !(name in cacheCoreLayers))).toEqual([])
})
