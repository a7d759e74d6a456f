import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkSchema, type StandardSchema } from '../src/schema.ts'

function schemaOf(validate: (value: unknown) => unknown): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate: validate as never } }
}

async function check(schema: StandardSchema, value: unknown): Promise<unknown> {
  return checkSchema(schema, value)
}

test('a schema may answer at once, by a promise, or by a promise of another realm', async () => {
  const foreign: unknown = runInNewContext('Promise.resolve({ value: 3 })')
  const answers = [{ value: 1 }, Promise.resolve({ value: 2 }), foreign]
  expect(
    await Promise.all(
      answers.map((answer) =>
        check(
          schemaOf(() => answer),
          0,
        ),
      ),
    ),
  ).toEqual([1, 2, 3])
  const even = z.number().refine((value) => Promise.resolve(value % 2 === 0))
  expect(await check(even, 4)).toBe(4)
  await expect(check(even, 5)).rejects.toMatchObject({ reason: 'schema' })
})

test.each([
  [
    'throws',
    () => {
      throw new RangeError('secret')
    },
    'the schema threw (RangeError)',
  ],
  ['rejects', () => Promise.reject(new RangeError('secret')), 'the schema threw (RangeError)'],
  [
    'throws no error',
    () => {
      throw 'secret'
    },
    'the schema threw (a thrown string)',
  ],
  ['answers nothing', () => undefined, 'the schema threw (TypeError)'],
  ['answers neither', () => ({}), 'the schema returned neither a value nor issues'],
])('a schema that %s is a serialization error without its message', async (_how, validate, message) => {
  await expect(check(schemaOf(validate), 'secret')).rejects.toMatchObject({
    code: 'E_CACHE_SERIALIZATION',
    reason: 'schema',
    message,
  })
})

test('a mismatch names fields and indexes, and no key that is data', async () => {
  const Video = z.object({
    owner: z.object({ tags: z.array(z.string()) }),
    views: z.record(z.string(), z.number()),
  })
  const value = { owner: { tags: ['a', 1] }, views: { 'ada@example.com\nforged': 'x' } }
  await expect(check(Video, value)).rejects.toThrow('at owner.tags.1, views.…')
  await expect(check(Video, 5)).rejects.toThrow('at its root')
})
