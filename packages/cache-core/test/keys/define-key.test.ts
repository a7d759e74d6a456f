import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CacheConfigError, defineKey, defineTag } from '../../src/index.ts'

const list = defineKey('videos:list:page:{page}:sort:{sort}[:category:{category}][:owner:{owner}]')

describe('building', () => {
  test('puts parameters into their places and leaves optional groups out', () => {
    expect(list.build({ page: 1, sort: 'views' })).toBe('videos:list:page:1:sort:views')
    expect(list.build({ page: 2, sort: 'title', owner: 'ann' })).toBe(
      'videos:list:page:2:sort:title:owner:ann',
    )
    expect(list.build({ page: 2, sort: 'title', category: 'music', owner: undefined })).toBe(
      'videos:list:page:2:sort:title:category:music',
    )
  })

  test('hashes long values, so that a key stays short', () => {
    const key = defineKey('search:{query}').build({ query: 'x'.repeat(10_000) })
    expect(key.length).toBeLessThan(64)
    expect(key).not.toBe(defineKey('search:{query}').build({ query: 'x'.repeat(9_999) }))
  })

  test.each([
    [{ id: undefined }, 'params.id'],
    [{}, 'params.id'],
    [{ id: ['a'] }, 'params.id'],
    [{ id: { $ne: null } }, 'params.id'],
    [{ id: Number.NaN }, 'params.id'],
    [{ id: 1, other: 2 }, 'params.other'],
    [null, 'params'],
  ])('refuses %j and names the bad one', (params, path) => {
    expect(() => defineKey('video:{id}').build(params as never)).toThrow(
      expect.objectContaining({ code: 'E_CACHE_CONFIG', path }) as Error,
    )
  })

  test('is injective: two parameter lists never give one key, and no value adds a segment, a glob or a hash tag', () => {
    const key = defineKey('k:{a}:{b}[:c:{c}]')
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '*', ':', 'a:b', '{}', '%', '%2A', '%e', '%h', '\ud800', '?', '[a]', '\\'),
    )
    const params = fc.record({ a: text, b: text, c: fc.option(text, { nil: undefined }) })
    fc.assert(
      fc.property(params, params, (one, two) => {
        const [left, right] = [key.build(one), key.build(two)]
        expect(left === right).toBe(
          JSON.stringify([one.a, one.b, one.c]) === JSON.stringify([two.a, two.b, two.c]),
        )
        expect(left).toMatch(/^[A-Za-z0-9._~@%:-]+$/)
        expect(left.split(':')).toHaveLength(one.c === undefined ? 3 : 5)
      }),
      { numRuns: 2000 },
    )
  })

  test('parse gives back what build was given', () => {
    const key = defineKey('k:{a}[:c:{c}]')
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.option(fc.string({ maxLength: 30 }), { nil: undefined }),
        (a, c) => {
          const params = c === undefined ? { a } : { a, c }
          expect(key.parse(key.build(params))).toEqual(params)
          expect(key.matches(key.build(params), params)).toBe(true)
        },
      ),
    )
    expect(key.parse('k')).toBeUndefined()
    expect(key.parse('k:1:d:2')).toBeUndefined()
    expect(key.parse('k:1:c:2:c:3')).toBeUndefined()
  })
})

describe('patterns', () => {
  test('leave a star for what is not given, and escape nothing a value could use', () => {
    expect(list.pattern({ page: 1 })).toBe('videos:list:page:1:sort:*')
    expect(list.pattern({ category: 'music' })).toBe('videos:list:page:*:sort:*:category:music*')
    expect(defineKey('video:{id}').pattern({ id: '*' })).toBe('video:%2A')
  })

  test('matches compares whole values, where a glob cannot', () => {
    const key = defineKey('list:{page}')
    expect(key.matches('list:11', { page: 1 })).toBe(false)
    expect(key.matches('list:1', { page: 1 })).toBe(true)
    expect(key.matches('list:1:extra', { page: 1 })).toBe(false)
  })
})

describe('templates', () => {
  test.each([
    '',
    '{id}',
    'video:',
    ':video',
    'video:{id',
    'video:{}',
    'video:x{id}',
    'video:{a}:{a}',
    'video:*',
    'video:[a:{b}]',
    'video[:{a}]',
    'video[:a]',
    'video[:a:{x}][:a:{y}]',
    'video[:a:{x}]:b',
    'vi deo',
    'video:{a b}',
    '~video',
  ])('%j is refused', (template) => {
    expect(() => defineKey(template)).toThrow(CacheConfigError)
  })

  test('a tag is built with the same escaping', () => {
    const owner = defineTag('owner:{id}')
    expect(owner({ id: 'a:b*' })).toBe('owner:a%3Ab%2A')
  })
})
