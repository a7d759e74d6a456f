import { fileURLToPath } from 'node:url'

export interface PublishedPackage {
  readonly name: string
  /** Relative to the root of the workspace. */
  readonly path: string
}

/** Absolute, with a separator at its end. */
export const repositoryRoot: string = fileURLToPath(new URL('../..', import.meta.url))

export const corePackage: PublishedPackage = published('cache-core')

/** The packages that depend on the core one. */
export const pluginPackages: readonly PublishedPackage[] = [
  published('mongoose-plugin'),
  published('express-middleware'),
]

/** The packages that are released together. */
export const publishedPackages: readonly PublishedPackage[] = [corePackage, ...pluginPackages]

function published(name: string): PublishedPackage {
  return { name: `@vidnest/${name}`, path: `packages/${name}` }
}
