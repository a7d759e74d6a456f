import { expect, test } from 'vitest'

import { rewriteSpecifiers } from '../../scripts/build/rewrite-declarations.ts'

test.each([
  [`export * from './keys/escape.ts'`, `export * from './keys/escape.js'`],
  [`import type { Clock } from "../time/clock.ts"`, `import type { Clock } from "../time/clock.js"`],
  [`type C = import('./cache.ts').Cache`, `type C = import('./cache.js').Cache`],
  [`declare module './cache.ts' {}`, `declare module './cache.js' {}`],
])('%s names the built file', (emitted, rewritten) => {
  expect(rewriteSpecifiers(emitted)).toBe(rewritten)
})

test.each([`import { test } from 'vitest/config.ts'`, `/** See './cache.ts'. */`, `import './cache.js'`])(
  '%s stays as it is',
  (emitted) => {
    expect(rewriteSpecifiers(emitted)).toBe(emitted)
  },
)
