import { rmSync } from 'node:fs'
import { join } from 'node:path'

import {
  corePackage,
  pluginPackages,
  publishedPackages,
  repositoryRoot,
} from '../workspace/published-packages.ts'
import type { PublishedPackage } from '../workspace/published-packages.ts'
import { run } from '../workspace/run.ts'
import { rewriteDeclarations } from './rewrite-declarations.ts'

const tsupConfig = join(repositoryRoot, 'tsup.config.ts')

async function emitJavaScript({ path }: PublishedPackage): Promise<void> {
  await run('tsup', ['--config', tsupConfig], { cwd: join(repositoryRoot, path) })
}

async function emitDeclarations({ path }: PublishedPackage): Promise<void> {
  await run('tsc', ['-p', 'tsconfig.build.json'], { cwd: join(repositoryRoot, path) })
  rewriteDeclarations(join(repositoryRoot, path, 'dist'))
}

/** Builds every published package into its `dist/`. */
export async function build(): Promise<void> {
  for (const { path } of publishedPackages)
    rmSync(join(repositoryRoot, path, 'dist'), { recursive: true, force: true })
  const declarations = async (): Promise<void> => {
    // The plugins' declarations are checked against what the core package publishes, so its own come first.
    await emitDeclarations(corePackage)
    await Promise.all(pluginPackages.map(emitDeclarations))
  }
  await Promise.all([...publishedPackages.map(emitJavaScript), declarations()])
}

if (import.meta.main) await build()
