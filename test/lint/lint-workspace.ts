import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { repositoryRoot } from '../../scripts/workspace/published-packages.ts'
import { run } from '../../scripts/workspace/run.ts'

export interface Finding {
  /** Relative to the workspace. */
  readonly file: string
  readonly rule: string
  readonly text: string
}

interface Diagnostic {
  readonly filename: string
  readonly code: string
  readonly message: string
  readonly help?: string
}

const compilerOptions = {
  strict: true,
  module: 'nodenext',
  target: 'es2023',
  allowImportingTsExtensions: true,
  noEmit: true,
}

/** Lints `files` under the repository's own configuration, in a copy of its layout that holds nothing else. */
export async function lintWorkspace(files: Readonly<Record<string, string>>): Promise<Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'vidnest-lint-'))
  try {
    cpSync(join(repositoryRoot, 'oxlint.config.ts'), join(folder, 'oxlint.config.ts'))
    cpSync(join(repositoryRoot, 'scripts/lint'), join(folder, 'scripts/lint'), { recursive: true })
    symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    for (const [file, code] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(file)), { recursive: true })
      writeFileSync(join(folder, file), `${code}\n`)
    }
    const { stdout } = await run('oxlint', ['--format', 'json', ...Object.keys(files)], {
      cwd: folder,
      accept: [0, 1],
    })
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] }
    return diagnostics.map(({ filename, code, message, help = '' }) => ({
      file: filename,
      rule: code,
      text: `${message} ${help}`,
    }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
