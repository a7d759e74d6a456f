import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, inject, test } from 'vitest'

const consumer = inject('consumer')

/**
 * What `import { createCache }` costs an application that is bundled: everything of the engine, which has no optional half.
 * Beside it, measured the same way (Node, ESM, ioredis left out): cachified 5 KB without a store, async-cache-dedupe 38 KB,
 * bentocache with both tiers 122 KB, cache-manager with keyv 345 KB, cacheable with keyv 396 KB. Ours has the scripts of
 * the protocol (15 KB) and lru-cache (19 KB) in it, and what sends the reads, leases and fills of a tick together. A larger budget is a decision, not an accident.
 */
const budget = { minified: 165_000, gzipped: 54_000 }

async function bundle(code: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: consumer, loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: ['ioredis'],
    write: false,
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}

test('createCache stays within its budget when it is bundled and minified', async () => {
  const bytes = await bundle("export { createCache } from '@vidnest/cache-core'")
  expect(bytes.length).toBeGreaterThan(10_000)
  expect(bytes.length).toBeLessThan(budget.minified)
  expect(gzipSync(bytes).length).toBeLessThan(budget.gzipped)
})

test('who imports only the builder of keys gets no engine', async () => {
  const bytes = await bundle("export { defineKey } from '@vidnest/cache-core'")
  expect(bytes.length).toBeLessThan(30_000)
})
