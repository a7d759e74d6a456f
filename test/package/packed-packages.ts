import { cpSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createOwnedFolder } from '@vidnest/services'
import type { TestProject } from 'vitest/node'

import { build } from '../../scripts/build/build.ts'
import { buildableCopy } from '../../scripts/build/buildable-copy.ts'
import { packPackages, type Tarball } from '../../scripts/package/pack-packages.ts'
import { publishedPackages, repositoryRoot } from '../../scripts/workspace/published-packages.ts'
import { run } from '../../scripts/workspace/run.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of a project that has the packed packages and their peers installed. */
    consumer: string
    tarballs: readonly Tarball[]
  }
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

async function unpack(consumer: string, { name, file }: Tarball): Promise<void> {
  const folder = join(consumer, 'node_modules', name)
  mkdirSync(folder, { recursive: true })
  await run('tar', ['-xzf', file, '--strip-components=1', '-C', folder])
}

/** Gives the consumer the packages that `owner` has under `name`, as an install would. */
function link(consumer: string, owner: string, name: string): void {
  const target = join(consumer, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  rmSync(target, { force: true })
  symlinkSync(realpathSync(join(repositoryRoot, owner, 'node_modules', name)), target)
}

function linkDependencies(consumer: string): void {
  for (const { name, path } of publishedPackages) {
    const manifest = JSON.parse(
      readFileSync(join(consumer, 'node_modules', name, 'package.json'), 'utf8'),
    ) as Manifest
    for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (!dependency.startsWith('@vidnest/')) link(consumer, path, dependency)
    }
  }
  link(consumer, '.', '@types/node')
  link(consumer, 'packages/express-middleware', '@types/express')
}

async function install(folder: string): Promise<{ consumer: string; tarballs: Tarball[] }> {
  const consumer = join(folder, 'project')
  const workspace = join(folder, 'workspace')
  buildableCopy(workspace)
  await build(workspace)
  const tarballs = await packPackages(folder, workspace)
  cpSync(join(repositoryRoot, 'test/consumers'), consumer, { recursive: true })
  writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }')
  await Promise.all(tarballs.map((tarball) => unpack(consumer, tarball)))
  linkDependencies(consumer)
  return { consumer, tarballs }
}

/** Builds and packs the packages once, beside the work tree, and installs the tarballs into a project outside the repository. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await createOwnedFolder('consumer')
  try {
    const { consumer, tarballs } = await install(folder.path)
    project.provide('consumer', consumer)
    project.provide('tarballs', tarballs)
    return () => folder.release()
  } catch (error) {
    await folder.release()
    throw error
  }
}
