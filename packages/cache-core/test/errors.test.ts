import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { CacheErrorCode } from '../src/errors.ts'

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')

/** Every code, which the compiler keeps complete, with the class that the page names for it. */
const codes: Readonly<Record<CacheErrorCode, string>> = {
  E_CACHE_CONFIG: 'CacheConfigError',
  E_CACHE_TIMEOUT: 'CacheTimeoutError',
  E_CACHE_STORE: 'CacheStoreError',
  E_CACHE_SERIALIZATION: 'CacheSerializationError',
  E_CACHE_INVALIDATION: 'InvalidationError',
  E_CACHE_CLOSED: 'CacheClosedError',
}

test.each(Object.entries(codes))('%s has a section of its own, which names %s', (code, name) => {
  expect(page).toContain(`\n## ${code}\n\n\`${name}\`.`)
})

test('the page has no section for a code that does not exist', () => {
  const sections = [...page.matchAll(/^## (\w+)$/gm)].map(([, code]) => code)
  expect(sections).toEqual(Object.keys(codes))
})
