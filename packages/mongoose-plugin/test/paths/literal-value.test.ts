import { describe, expect, it } from 'vitest'

import { literalValue } from '../../src/paths/literal-value.ts'

describe('literalValue', () => {
  it.each([
    ['a set path', { $set: { category: 'B' } }, 'category', { kind: 'value', value: 'B' }],
    [
      'a path inside a set object',
      { $set: { subject: { kind: 'x' } } },
      'subject.kind',
      { kind: 'value', value: 'x' },
    ],
    [
      'a path missing in a set object',
      { $set: { subject: {} } },
      'subject.kind',
      { kind: 'value', value: undefined },
    ],
    ['an unset path', { $unset: { category: 1 } }, 'category', { kind: 'value', value: undefined }],
    ['an unset parent', { $unset: { subject: 1 } }, 'subject.kind', { kind: 'value', value: undefined }],
    [
      'an unset path that may lie in an array',
      { $unset: { 'items.kind': 1 } },
      'items.kind',
      { kind: 'computed' },
    ],
    ['a path that may be a position', { $set: { 'items.0': 'x' } }, 'items.0', { kind: 'computed' }],
    ['undefined, which the driver may store as null', { $set: { a: undefined } }, 'a', { kind: 'computed' }],
    ['undefined inside a set object', { $set: { a: { b: undefined } } }, 'a.b', { kind: 'computed' }],
    ['another path', { $set: { title: 'B' } }, 'category', { kind: 'untouched' }],
    ['a path that starts alike', { $set: { categoryName: 'B' } }, 'category', { kind: 'untouched' }],
    ['a value on insert', { $setOnInsert: { category: 'B' } }, 'category', { kind: 'untouched' }],
    ['an increment', { $inc: { rank: 1 } }, 'rank', { kind: 'computed' }],
    ['a push', { $push: { tags: 'a' } }, 'tags', { kind: 'computed' }],
    ['a part of the watched object', { $set: { 'subject.kind': 'x' } }, 'subject', { kind: 'computed' }],
    ['a positional part', { $set: { 'items.$.kind': 'x' } }, 'items', { kind: 'computed' }],
    ['a rename from it', { $rename: { category: 'other' } }, 'category', { kind: 'computed' }],
    ['a rename to it', { $rename: { other: 'category' } }, 'category', { kind: 'computed' }],
    ['a pipeline', [{ $set: { category: 'B' } }], 'category', { kind: 'computed' }],
  ])('reads %s', (_name, update, path, expected) => {
    expect(literalValue(update as never, path)).toEqual(expected)
  })
})
