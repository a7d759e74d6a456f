import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeValue, encodeValue } from '../../src/codec/codec.ts'

function roundTrip(value: unknown): unknown {
  const { codec, payload } = encodeValue(value)
  return decodeValue(codec, payload)
}

test('JSON-compatible values are written as JSON, as they are', () => {
  const value = { a: 1, b: [true, null, 'x'], c: { d: 'é' } }
  expect(encodeValue(value)).toEqual({ codec: 'j', payload: JSON.stringify(value), exact: true })
})

test('rich types come back equal', () => {
  const value = {
    date: new Date(1_700_000_000_123),
    map: new Map<unknown, unknown>([[{ a: 1 }, new Set([1n])]]),
    bytes: new Uint8Array([0, 255]),
    buffer: Buffer.from('bytes'),
    absent: undefined,
    numbers: [Number.NaN, Infinity, -Infinity, -0],
    marked: { '~t': 'Date', v: 5 },
  }
  const back = roundTrip(value)
  expect(back).toStrictEqual(value)
  expect(encodeValue(value).exact).toBe(true)
})

test('any mix of them does', () => {
  const value = fc.anything({
    withDate: true,
    withMap: true,
    withSet: true,
    withBigInt: true,
    withTypedArray: false,
    withNullPrototype: false,
  })
  fc.assert(
    fc.property(value, (any) => {
      expect(roundTrip(any)).toStrictEqual(any)
    }),
    { numRuns: 500 },
  )
})

test('objects of classes become plain, and say so', () => {
  class Point {
    x = 1
    toJSON(): unknown {
      return { x: this.x, from: 'toJSON' }
    }
  }
  const encoded = encodeValue({ point: new Point() })
  expect(encoded.exact).toBe(false)
  expect(decodeValue(encoded.codec, encoded.payload)).toEqual({ point: { x: 1, from: 'toJSON' } })
})

test('a stored __proto__ stays a plain key', () => {
  const value: unknown = JSON.parse('{"__proto__":{"polluted":true},"date":{"~t":"Date","v":0}}')
  const back = decodeValue('r', JSON.stringify(value)) as object
  expect(Object.hasOwn(back, '__proto__')).toBe(true)
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('what cannot be stored is refused without naming it', () => {
  const cycle: unknown[] = []
  cycle.push(cycle)
  for (const value of [() => 'secret', Symbol('secret'), cycle]) {
    expect(() => encodeValue(value)).toThrow(
      expect.objectContaining({ code: 'E_CACHE_SERIALIZATION' }) as Error,
    )
    expect(() => encodeValue(value)).not.toThrow(/secret/)
  }
})

test('what cannot be decoded says so and does not quote it', () => {
  for (const [codec, payload] of [
    ['j', '{"secret'],
    ['r', '{"~t":"Nothing"}'],
    ['?', '1'],
  ] as const) {
    const error = catchError(() => decodeValue(codec, payload))
    expect(error).toMatchObject({ code: 'E_CACHE_SERIALIZATION' })
    expect(error).not.toHaveProperty('cause')
    expect(String(error)).not.toContain('secret')
  }
})

function catchError(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
