import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const source = join(import.meta.dirname, '../../src')
const byHand = /\.invalidate(?:Matching)?\(/
const files = globSync('**/*.ts', { cwd: source })
const sourceOf = (file: string): string => readFileSync(join(source, file), 'utf8')

describe('what a write makes stale', () => {
  test('is invalidated by the plugin of each model', () => {
    const models = files.filter((file) => sourceOf(file).includes('new Schema'))
    expect(models.length).toBeGreaterThan(2)
    expect(models.filter((file) => !sourceOf(file).includes('.plugin(cachePlugin,'))).toEqual([])
  })

  test('is invalidated by no route and no service by hand', () => {
    expect(files.filter((file) => byHand.test(sourceOf(file)))).toEqual([])
    expect('await caches.video.invalidate({ id })').toMatch(byHand)
    expect('cache.video.invalidateMatching({ owner })').toMatch(byHand)
  })
})
