import { expect, it } from 'vitest'

import { adjustedArgs } from '../../src/writes/adjusted-args.ts'

const session = { id: 1 }

it('puts a filter in the place of the first argument, or into the only operation of a bulk', () => {
  const update = { $set: { a: 1 } }
  const filter = { _id: 1 }
  expect(adjustedArgs('updateOne', [{ a: 0 }, update], { filter })).toEqual([filter, update])
  const bulk = [{ updateOne: { filter: { a: 0 }, update, hint: 'a_1' } }]
  expect(adjustedArgs('bulkWrite', [bulk], { filter })).toEqual([
    [{ updateOne: { filter, update, hint: 'a_1' } }],
  ])
  expect(bulk[0]?.updateOne.filter).toEqual({ a: 0 })
})

it.each([
  ['deleteOne', [{}], [{}, { session }]],
  ['updateOne', [{}, {}], [{}, {}, { session }]],
  ['updateMany', [{}, {}, { upsert: true }], [{}, {}, { upsert: true, session }]],
  ['findOneAndDelete', [{}, undefined], [{}, { session }]],
  ['bulkWrite', [[], { ordered: false }], [[], { ordered: false, session }]],
] as const)('adds options where those of %s stand', (method, args, expected) => {
  expect(adjustedArgs(method, args, { options: { session } })).toEqual(expected)
})

it("leaves the caller's arguments as they are", () => {
  const args = [{ a: 0 }, {}, { upsert: true }]
  adjustedArgs('updateOne', args, { filter: { _id: 1 }, options: { session } })
  expect(args).toEqual([{ a: 0 }, {}, { upsert: true }])
})
