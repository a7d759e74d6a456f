import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the guide shows the very code that is tested here', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/testing.md'), 'utf8')
  expect(guide).toContain(readFileSync(join(import.meta.dirname, 'mock-redis.ts'), 'utf8'))
})
