import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** The Node that comes with the dependencies: the one everything runs on. */
export const ownNode = join(root, 'node_modules/node/bin/node')

/** The oldest supported Node, for the matrix. */
export const oldestNode = join(root, 'internal/services/node_modules/node22/bin/node')

export const vitest = join(root, 'node_modules/vitest/vitest.mjs')

/** The shell program that owns a temporary folder. */
export const watchFolder = join(root, 'internal/services/src/lifetime/watch-folder.sh')

/** The package manager that the manifest pins, as `pnpm@1.2.3`. */
export const packageManager = () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return manifest.packageManager.split('+')[0]
}

/** How people start once more what runs now. */
export const rerunCommand = () => {
  const script = process.env.npm_lifecycle_event ?? 'test'
  return script === 'test' ? 'npm test' : `npm run ${script}`
}
