import { cacheCoreLayers } from './cache-core-layers.ts'

type Pattern = { readonly message: string; readonly allowTypeImports?: boolean } & (
  | { readonly regex: string }
  | { readonly group: string[] }
)

interface Boundary {
  readonly files: string[]
  readonly excludeFiles?: string[]
  readonly rules: { readonly 'no-restricted-imports': ['error', { patterns: Pattern[] }] }
}

const relativeUp = '^(?:\\.\\./)+'

const noClient: Pattern = {
  regex: '^ioredis',
  message: 'The packages take the user’s client by its shape and never import one.',
}
const noPrivateWorkspace: Pattern = {
  regex: `^@vidnest/(?:services|vidnest-api|benchmarks)|${relativeUp}(?:examples|internal|benchmarks)/`,
  message: 'A package never imports the example, the benchmarks or internal code.',
}
const noPrivateWorkspaceInTests: Pattern = {
  regex: `^@vidnest/(?:vidnest-api|benchmarks)|${relativeUp}(?:examples|internal|benchmarks)/`,
  message: 'Tests of a package may use @vidnest/services, and nothing else that is private.',
}
const publishedEntriesOnly: Pattern = {
  group: [
    '@vidnest/*/**',
    '!@vidnest/*/{testing,prometheus,opentelemetry,package.json}',
    '../**/packages/**',
    '../**/{cache-core,mongoose-plugin,express-middleware}/**',
  ],
  message: 'Import what the package publishes, not its files.',
}
const noIndex: Pattern = {
  regex: '^\\.{1,2}/(?:.*/)?index\\.ts$',
  message: 'index.ts is what users import; inside the package import the file that owns the name.',
}
const onlyTypesOfRedis: Pattern = {
  group: ['./redis/**'],
  allowTypeImports: true,
  message: 'create-cache.ts alone joins Redis and the rest; others take a store by its contract.',
}
const noCommand: Pattern = {
  regex: '^(?:\\.{1,2}/)+cli/',
  message: 'The command stands on the package; nothing of the package stands on the command.',
}
const standsAlone: Pattern = {
  regex: `^@vidnest/|${relativeUp}(?:packages|examples|benchmarks)/`,
  message: 'Internal code serves the others and imports none of them.',
}

const noPlugin = noSibling('mongoose-plugin', 'express-middleware')
const siblings: Readonly<Record<string, Pattern>> = {
  'cache-core': noPlugin,
  'mongoose-plugin': noSibling('express-middleware'),
  'express-middleware': noSibling('mongoose-plugin'),
}

function noSibling(...names: string[]): Pattern {
  return { regex: `^@vidnest/(?:${names.join('|')})$`, message: 'This package does not depend on that one.' }
}

function boundary(files: string[], patterns: Pattern[], excludeFiles: string[] = []): Boundary {
  return { files, excludeFiles, rules: { 'no-restricted-imports': ['error', { patterns }] } }
}

function sourcePatterns(sibling: Pattern): Pattern[] {
  return [noClient, noPrivateWorkspace, publishedEntriesOnly, noIndex, noCommand, sibling]
}

function packageBoundaries(name: string, sibling: Pattern): Boundary[] {
  return [
    boundary([`packages/${name}/src/**`], sourcePatterns(sibling)),
    boundary([`packages/${name}/test/**`], [noPrivateWorkspaceInTests, publishedEntriesOnly, sibling]),
  ]
}

/** Whatever of the package's own files is not listed for a layer, the layer may not import. */
function layerPattern(layer: string, allowed: readonly string[], sourceRoot: string): Pattern {
  const permitted = allowed.map((unit) => `!${sourceRoot}${unit}${unit.endsWith('.ts') ? '' : '/**'}`)
  return {
    group: [`${sourceRoot}**`, ...permitted],
    message: `${layer} may import of this package only: ${allowed.join(', ') || 'nothing outside itself'}.`,
  }
}

function layerBoundaries(layer: string, allowed: readonly string[]): Boundary[] {
  const base = sourcePatterns(noPlugin)
  const root = 'packages/cache-core/src'
  if (layer.endsWith('.ts'))
    return [boundary([`${root}/${layer}`], [...base, layerPattern(layer, allowed, './')])]
  return [
    boundary([`${root}/${layer}/*.ts`], [...base, layerPattern(layer, allowed, '../')]),
    boundary([`${root}/${layer}/*/*.ts`], [...base, layerPattern(layer, allowed, '../../')]),
  ]
}

/** The import directions of the workspace as oxlint overrides; a later one replaces an earlier one. */
export const importBoundaries: Boundary[] = [
  ...Object.entries(siblings).flatMap(([name, sibling]) => packageBoundaries(name, sibling)),
  boundary(
    ['packages/cache-core/src/*.ts'],
    [...sourcePatterns(noPlugin), onlyTypesOfRedis],
    ['packages/cache-core/src/create-cache.ts', 'packages/cache-core/src/index.ts'],
  ),
  ...Object.entries(cacheCoreLayers).flatMap(([layer, allowed]) => layerBoundaries(layer, allowed)),
  boundary(['examples/**', 'benchmarks/**'], [publishedEntriesOnly]),
  boundary(['internal/**'], [standsAlone]),
]
