import { expect, it } from 'vitest'

import { outputOf, parseNamespace } from '../../src/interception/output-stage.ts'

const videos = { db: 'shop', collection: 'videos' }
const elsewhere = { db: 'other', collection: 'videos' }

it.each<[string, unknown, unknown]>([
  ['$out', { $out: 'videos' }, videos],
  ['$out into a database', { $out: { db: 'other', coll: 'videos' } }, elsewhere],
  ['$merge', { $merge: 'videos' }, videos],
  ['$merge with options', { $merge: { into: 'videos', on: '_id' } }, videos],
  ['$merge into a database', { $merge: { into: { db: 'other', coll: 'videos' } } }, elsewhere],
  ['$merge into a collection of its own database', { $merge: { into: { coll: 'videos' } } }, videos],
  ['a stage that reads', { $match: { $out: 'videos' } }, undefined],
  ['a target that the server will refuse', { $out: 7 }, undefined],
])('finds where a pipeline writes to: %s', (_name, stage, output) => {
  expect(outputOf([{ $match: {} }, stage], 'shop')).toEqual(output)
})

it('finds nothing where there is no last stage', () => {
  expect(outputOf([], 'shop')).toBeUndefined()
  expect(outputOf(undefined, 'shop')).toBeUndefined()
})

it('parts a namespace at its first dot, since names of collections may have more', () => {
  expect(parseNamespace('shop.fs.files')).toEqual({ db: 'shop', collection: 'fs.files' })
  expect(parseNamespace('shop')).toBeUndefined()
  expect(parseNamespace(7)).toBeUndefined()
})
