import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../../../../scripts/launch/sum-results.mjs', import.meta.url))

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sum-results-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(content))
  return path
}

const report = (passed: number, failed: number, testResults: unknown[] = []): string =>
  file('test.json', { numPassedTests: passed, numFailedTests: failed, testResults })

const sum = (testReport: string, testCode: number, matrix: unknown, matrixCode: number) => {
  const args = [program, testReport, String(testCode), file('matrix.json', matrix), String(matrixCode)]
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { line: stdout, status }
}

const cells = { passed: 30, failed: 0 }

it('adds both phases up', () => {
  expect(sum(report(12, 0), 0, cells, 0)).toEqual({ line: '42 passed, 0 failed\n', status: 0 })
  expect(sum(report(10, 2), 1, { passed: 29, failed: 1 }, 1)).toEqual({
    line: '39 passed, 3 failed\n',
    status: 1,
  })
})

it('counts a test file that could not run as one failure', () => {
  const broken = { status: 'failed', assertionResults: [] }

  expect(sum(report(12, 0, [broken]), 1, cells, 0).line).toBe('42 passed, 1 failed\n')
})

it('counts a phase that crashed as one failure', () => {
  expect(sum(join(folder, 'never-written.json'), 1, cells, 0)).toEqual({
    line: '30 passed, 1 failed\n',
    status: 1,
  })
  expect(sum(report(12, 0), 137, cells, 0).line).toBe('42 passed, 1 failed\n')
  expect(sum(report(12, 0), 0, 'not a summary', 1).line).toBe('12 passed, 1 failed\n')
  expect(sum(report(12, 0), 0, cells, 1).line).toBe('42 passed, 1 failed\n')
})

it('counts a run without any test as one failure', () => {
  expect(sum(report(0, 0), 0, cells, 0).line).toBe('30 passed, 1 failed\n')
})
