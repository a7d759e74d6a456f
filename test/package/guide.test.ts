import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, inject, test } from 'vitest'

import { publishedPackages, repositoryRoot } from '../../scripts/workspace/published-packages.ts'
import { run } from '../../scripts/workspace/run.ts'

const consumer = inject('consumer')
const guide = join(repositoryRoot, 'docs/guide')
const pages = readdirSync(guide).filter((name) => name.endsWith('.md'))

/** The TypeScript of a page: each block that begins with an import is a module, which the next ones go on with. */
function modulesOf(page: string): string[] {
  const text = readFileSync(join(guide, page), 'utf8')
  const modules: string[] = []
  for (const [, code = ''] of text.matchAll(/^```ts\n([^]*?)^```/gm)) {
    if (code.startsWith('import') || modules.length === 0) modules.push(code)
    else modules[modules.length - 1] += `\n${code}`
  }
  return modules
}

/** Names of the packages that a module imports. */
function importsOf(code: string): string[] {
  return [...code.matchAll(/ from '(@[^'/]+\/[^'/]+|[^'./][^'/]*)/g)].map(([, name = '']) => name)
}

/** Gives the project what the guide imports beside the packages, as an install would. */
function link(name: string): void {
  const target = join(consumer, 'node_modules', name)
  if (name.startsWith('node:') || existsSync(target)) return
  const owners = [...publishedPackages.map(({ path }) => path), 'examples/unit-tests', '.']
  const owner = owners.find((path) => existsSync(join(repositoryRoot, path, 'node_modules', name)))
  if (owner === undefined) throw new Error(`the guide imports ${name}, which is not installed`)
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(realpathSync(join(repositoryRoot, owner, 'node_modules', name)), target)
  const types = `@types/${name}`
  if (existsSync(join(repositoryRoot, owner, 'node_modules', types))) link(types)
}

beforeAll(() => {
  const imports = pages.flatMap(modulesOf).flatMap(importsOf)
  for (const name of new Set(imports)) link(name)
})

test('the guide has pages', () => {
  expect(pages.length).toBeGreaterThan(5)
})

test.each(pages)('the code of the page %s compiles against the packed packages', async (page) => {
  const modules = modulesOf(page)
  const files = modules.map((code, index) => {
    const file = `typescript/guide-${page.replace('.md', '')}-${String(index)}.ts`
    // Without an export a block that only goes on with another would be a script, whose names are global.
    writeFileSync(join(consumer, file), `${code}\nexport {}\n`)
    return file
  })
  if (files.length === 0) return
  const flags = [
    '--noEmit',
    '--strict',
    '--target',
    'es2023',
    '--lib',
    'es2024',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--skipLibCheck',
  ]
  const { stdout } = await run('tsc', [...flags, '--pretty', 'false', ...files], {
    cwd: consumer,
    accept: [0, 1, 2],
  })
  expect(stdout).toBe('')
})

test.each(pages)('the links of the page %s lead somewhere', (page) => {
  const text = readFileSync(join(guide, page), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link)
  expect(links.filter((link) => !existsSync(join(guide, link)))).toEqual([])
})
