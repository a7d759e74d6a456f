import { join } from 'node:path'

import { pnpm } from '../workspace/pnpm.ts'
import { publishedPackages, repositoryRoot } from '../workspace/published-packages.ts'

export interface Tarball {
  readonly name: string
  readonly version: string
  /** Absolute path of the `.tgz`. */
  readonly file: string
}

/** Packs the built packages of the workspace at `root` into `destination`, exactly as they would be published. */
export function packPackages(destination: string, root: string = repositoryRoot): Promise<Tarball[]> {
  return Promise.all(
    publishedPackages.map(async ({ name, path }) => {
      const { stdout } = await pnpm(['pack', '--json', '--pack-destination', destination], {
        cwd: join(root, path),
      })
      const { version, filename } = JSON.parse(stdout) as { version: string; filename: string }
      return { name, version, file: filename }
    }),
  )
}
