import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  /** Commands, each built from the file of the same name in src/. */
  readonly bin?: Readonly<Record<string, string>>
}

/** The source file of every entry and command that the package in the working directory publishes, by its name in dist/. */
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
  for (const built of Object.values(manifest.bin ?? {})) {
    const name = /^\.\/dist\/(.+)\.js$/.exec(built)?.[1]
    if (name === undefined) throw new Error(`A command lacks its file in dist/.`)
    entries[name] = `./src/${name}.ts`
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
