import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

/** The source file of every entry that the package in the working directory publishes, by its name in dist/. */
function entriesOf(manifest: Manifest): Record<string, string> {
  const entries: Record<string, string> = {}
  for (const target of Object.values(manifest.exports)) {
    if (typeof target === 'string') continue
    const { '@vidnest/source': source, default: built } = target
    const name = built === undefined ? undefined : /^\.\/dist\/(.+)\.js$/.exec(built)?.[1]
    if (source === undefined || name === undefined)
      throw new Error(`An entry lacks its source or its file in dist/.`)
    entries[name] = source
  }
  return entries
}

export default defineConfig({
  entry: entriesOf(JSON.parse(readFileSync('package.json', 'utf8')) as Manifest),
  format: 'esm',
  target: 'node22',
  platform: 'node',
  sourcemap: true,
  removeNodeProtocol: false,
  silent: true,
  esbuildOptions: (options) => {
    // The sources are published, so the maps need no copy of them.
    options.sourcesContent = false
  },
})
