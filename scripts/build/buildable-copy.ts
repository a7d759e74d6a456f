import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { publishedPackages, repositoryRoot } from '../workspace/published-packages.ts'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

const shared = ['package.json', 'pnpm-workspace.yaml', 'tsconfig.base.json', 'tsup.config.ts']
const left = new Set(['node_modules', 'dist', 'test'])
/** What the root's own files import, and what the packages take from the root. */
const fromRoot = ['tsup', '@types/node']

/** Copies what building and packing needs to `destination`: the work tree stays as it is, and may be read-only. */
export function buildableCopy(destination: string): void {
  for (const file of shared) cpSync(join(repositoryRoot, file), join(destination, file))
  for (const name of fromRoot) link(join(destination, 'node_modules', name), installed('.', name))
  for (const { path } of publishedPackages) {
    const filter = (source: string): boolean => !left.has(basename(source))
    cpSync(join(repositoryRoot, path), join(destination, path), { recursive: true, filter })
    for (const name of dependenciesOf(path)) {
      const sibling = publishedPackages.find((other) => other.name === name)
      // The packages of the copy are built against each other.
      const target = sibling === undefined ? installed(path, name) : join(destination, sibling.path)
      link(join(destination, path, 'node_modules', name), target)
    }
  }
}

function dependenciesOf(path: string): string[] {
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, path, 'package.json'), 'utf8')) as Manifest
  return Object.keys({ ...manifest.peerDependencies, ...manifest.dependencies, ...manifest.devDependencies })
}

function installed(path: string, name: string): string {
  return realpathSync(join(repositoryRoot, path, 'node_modules', name))
}

function link(place: string, target: string): void {
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(target, place)
}
