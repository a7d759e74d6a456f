import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'

import { checkTarball } from '../../scripts/package/check-tarball.ts'

const installed = (name: string): string => join(inject('consumer'), 'node_modules', name)

describe.each(inject('tarballs'))('$name', (tarball) => {
  const folder = installed(tarball.name)
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')

  test('satisfies publint and are-the-types-wrong', async () => {
    await expect(checkTarball(tarball)).resolves.toBeUndefined()
  })

  test('carries what an npm page and a licence check need', () => {
    expect(['LICENSE', 'README.md'].filter((file) => !existsSync(join(folder, file)))).toEqual([])
  })

  test('carries sources and builds, and nothing else', () => {
    const unexpected = globSync('**/*', { cwd: folder }).filter(
      (file) => !/^(?:dist|src)(?:\/|$)|^[\w.]+$/.test(file),
    )
    expect(unexpected).toEqual([])
  })

  test('has every file its exports name, the source condition included', () => {
    const { exports } = JSON.parse(manifest) as { exports: Record<string, string | Record<string, string>> }
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    )
    expect(targets.filter((target) => !existsSync(join(folder, target)))).toEqual([])
  })

  test('leaves no workspace range to its users', () => {
    expect(manifest).not.toContain('workspace:')
  })

  test('has source maps and declaration maps that lead to the sources it ships', () => {
    const maps = globSync('dist/**/*.map', { cwd: folder })
    const missing = maps.flatMap((map) => {
      const { sources } = JSON.parse(readFileSync(join(folder, map), 'utf8')) as { sources: string[] }
      return sources.filter((source) => !existsSync(join(folder, map, '..', source)))
    })
    expect(maps).not.toEqual([])
    expect(missing).toEqual([])
  })

  test('declares its types without a source suffix', () => {
    const declarations = globSync('dist/**/*.d.ts', { cwd: folder })
    const suffixed = declarations.filter((file) =>
      /from '\.[^']*\.ts'/.test(readFileSync(join(folder, file), 'utf8')),
    )
    expect(declarations).not.toEqual([])
    expect(suffixed).toEqual([])
  })
})
