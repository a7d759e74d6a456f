import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { oldestNode, ownNode, root, vitest } from './repository.mjs'

const stampFile = join(root, 'node_modules/.vidnest-installed')

/** Whether what is installed is what the lockfile and the manifests ask for. */
export const isInstalled = () =>
  [stampFile, ownNode, oldestNode, vitest].every((path) => existsSync(path)) &&
  readFileSync(stampFile, 'utf8') === fingerprint()

/** Notes that the present lockfile and manifests are installed. */
export const markInstalled = () => {
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(stampFile, fingerprint())
}

const fingerprint = () => {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  for (const path of manifests())
    hash.update(`\0${path}\0`).update(existsSync(join(root, path)) ? readFileSync(join(root, path)) : '')
  return hash.digest('hex')
}

const manifests = () => {
  const folders = ['packages', 'examples', 'internal'].flatMap((parent) => children(parent))
  const packages = ['.', 'benchmarks', ...folders].map((folder) => join(folder, 'package.json'))
  return ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc', ...packages]
}

const children = (parent) =>
  readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(parent, entry.name))
    .sort()
