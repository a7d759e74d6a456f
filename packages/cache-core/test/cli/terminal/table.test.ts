import { expect, test } from 'vitest'
import { pairLines, tableLines } from '../../../src/cli/terminal/table.ts'

test('columns are as wide as what they hold', () => {
  expect(
    tableLines(
      [{ title: 'Key' }, { title: 'Bytes', align: 'right' }],
      [
        ['a:long:key', '1'],
        ['é', '1,000'],
      ],
    ),
  ).toEqual(['Key         Bytes', 'a:long:key      1', 'é           1,000'])
  expect(
    pairLines([
      ['a', 'first'],
      ['long', ''],
    ]),
  ).toEqual(['a     first', 'long'])
})
