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

async function emitJavaScript(root: string, { path }: PublishedPackage): Promise<void> {
  await run('tsup', ['--config', join(root, 'tsup.config.ts')], { cwd: join(root, path) })
}

async function emitDeclarations(root: string, { path }: PublishedPackage): Promise<void> {
  await run('tsc', ['-p', 'tsconfig.build.json'], { cwd: join(root, path) })
  rewriteDeclarations(join(root, path, 'dist'))
}

/** Builds every published package of the workspace at `root` into its `dist/`. */
export async function build(root: string = repositoryRoot): Promise<void> {
  for (const { path } of publishedPackages) rmSync(join(root, path, 'dist'), { recursive: true, force: true })
  const declarations = async (): Promise<void> => {
    // The plugins' declarations are checked against what the core package publishes, so its own come first.
    await emitDeclarations(root, corePackage)
    await Promise.all(pluginPackages.map((plugin) => emitDeclarations(root, plugin)))
  }
  await Promise.all([...publishedPackages.map((one) => emitJavaScript(root, one)), declarations()])
}

if (import.meta.main) await build()
