import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const packageRoot = new URL('../../', import.meta.url)
const page = new URL('../../docs/protocol.md', packageRoot)
const text = readFileSync(page, 'utf8')

/** Rows of the table from rule to files, as the page has them. */
const rows = [...text.matchAll(/^\| (\d+) \| ([^|]+) \| ([^|]+) \|/gm)].map(
  ([, rule = '', files = '', tests = '']) => ({
    rule: Number(rule),
    files: pathsIn(files),
    tests: pathsIn(tests),
  }),
)

function pathsIn(cell: string): string[] {
  return [...cell.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, path = '']) => path)
}

test('the page tells every rule, in order, and has a row for it', () => {
  const told = [...text.matchAll(/^\*\*Rule (\d+):/gm)].map(([, rule]) => Number(rule))
  expect(told).toEqual(Array.from({ length: 23 }, (_, index) => index + 1))
  expect(rows.map(({ rule }) => rule)).toEqual(told)
})

test('the links of the page lead somewhere', () => {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link)
  expect(links.filter((link) => !existsSync(fileURLToPath(new URL(link, page))))).toEqual([])
})

describe.each(rows)('the row of rule $rule', ({ rule, files, tests }) => {
  test('names files that are there', () => {
    const all = [...files, ...tests]
    expect(files.length * tests.length).toBeGreaterThan(0)
    expect(all.filter((path) => !existsSync(new URL(path, packageRoot)))).toEqual([])
  })

  test('names only files in which a test has it in its name', () => {
    // A name is a text in a line that is no comment.
    const inName = new RegExp(`^(?!\\s*(?:/?\\*|//)).*['"\`].*\\brule ${String(rule)}\\b`, 'm')
    const isNamed = (path: string): boolean => inName.test(readFileSync(new URL(path, packageRoot), 'utf8'))
    expect(tests.filter((path) => !isNamed(path))).toEqual([])
  })
})
