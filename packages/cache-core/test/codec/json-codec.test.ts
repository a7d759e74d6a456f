import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ValueFormats } from '../../src/codec/value-formats.ts'
import { roundTrip, storedText } from '../support/round-trip.ts'
import { anyValue } from '../support/any-value.ts'

const format = new ValueFormats({}).of({})

function encode(value: unknown): { codec: string; payload: unknown; value: unknown } {
  const encoded = format.encode(value)
  return { codec: encoded.codec.id, payload: encoded.payload, value: encoded.value }
}

function decode(codec: string, payload: string): unknown {
  return format.decode({ codec, flags: '-', payload })
}

test('JSON-compatible values are written as JSON, as they are, and returned as they are', () => {
  const value = { a: 1, b: [true, null, 'x', '\ud800'], c: { d: 'é', '~t': 'Date' } }
  const encoded = encode(value)
  expect(encoded).toMatchObject({ codec: 'j', payload: JSON.stringify(value) })
  expect(encoded.value).toBe(value)
})

test.each<[string, unknown]>([
  ['a Date', new Date(1_700_000_000_123)],
  ['an invalid Date', new Date(NaN)],
  ['a Map with keys of any type', new Map<unknown, unknown>([[{ a: 1 }, new Set([1n])]])],
  ['undefined in an object', { absent: undefined }],
  ['undefined in an array', [undefined, 1]],
  ['numbers that JSON lacks', [Number.NaN, Infinity, -Infinity, -0]],
  ['bigints', [0n, -1n, 2n ** 200n]],
  ['a Uint8Array', new Uint8Array([0, 255])],
  ['a Buffer', Buffer.from('bytes')],
  ['an ArrayBuffer', new Uint8Array([1, 2, 3]).buffer],
  ['a DataView', new DataView(new Uint8Array([1, 2, 3]).buffer)],
  ['a view into the middle of its buffer', new Float64Array(new Float64Array([1, 2.5, 3]).buffer, 8, 1)],
  ['views', [new Uint8ClampedArray([300]), new Int16Array([-1]), new BigUint64Array([2n ** 63n])]],
  ['a RegExp', /a(?<b>c)\/d/giu],
  ['a URL', new URL('https://user@example.com/a?b=c#d')],
  ['an object that looks like our marks', { date: new Date(0), marked: { '~t': 'Date', v: 5 } }],
])('%s comes back equal', (_name, value) => {
  expect(encode(value)).toMatchObject({ codec: 'r' })
  expect(encode(value).value).toBe(value)
  expect(roundTrip(format, value)).toStrictEqual(value)
})

test('any mix of them comes back equal to what the callers of a miss get', () => {
  fc.assert(
    fc.property(anyValue(), (value) => {
      const encoded = format.encode(value)
      expect(roundTrip(format, value)).toStrictEqual(encoded.value)
    }),
    { numRuns: 1000 },
  )
})

test('bytes that come back share no memory with other values', () => {
  const back = roundTrip(format, { bytes: new Uint8Array(8) }) as { bytes: Uint8Array }
  expect(back.bytes.buffer.byteLength).toBe(8)
})

describe('what cannot come back as it was is changed for the callers of a miss too', () => {
  class Point {
    x = 1
    onMove = (): number => this.x
    toJSON(): unknown {
      return { x: this.x, at: new Date(0), from: 'toJSON' }
    }
  }
  class Plain {
    y = new Date(0)
    absent = undefined
    onMove = (): Date => this.y
  }
  class Dated extends Date {}
  // oxlint-disable-next-line eslint/no-sparse-arrays -- The hole is what is tested.
  const holes = [, 1]

  test.each<[string, unknown, unknown]>([
    ['an object with toJSON', { point: new Point() }, { point: { x: 1, at: new Date(0), from: 'toJSON' } }],
    ['a plain object with toJSON', { toJSON: () => ({ a: 1 }), f: () => 1 }, { a: 1 }],
    ['an object of a class', new Plain(), { y: new Date(0), absent: undefined }],
    ['an object of a subclass', new Dated(0), new Date(0)],
    ['a subclass of Array', new (class List extends Array {})(), []],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    ['an object of another realm', runInNewContext('({ a: [1, new Date(0)] })'), { a: [1, new Date(0)] }],
    ['a hole of an array', holes, [undefined, 1]],
    ['a key that is a symbol', { [Symbol('hidden')]: 1, a: 1 }, { a: 1 }],
    ['boxed primitives', [Object(1), Object('a')], [1, 'a']],
  ])('%s', (_name, value, returned) => {
    expect(encode(value).value).toStrictEqual(returned)
    expect(roundTrip(format, value)).toStrictEqual(returned)
  })

  test('an error keeps its name, message, code and cause, and loses its stack and what libraries hang on it', () => {
    const request = { headers: { authorization: 'secret' } }
    const error = Object.assign(new TypeError('no', { cause: new Error('root') }), { code: 'E_NO', request })
    const back = encode(error).value as Error
    expect(back).toBeInstanceOf(TypeError)
    expect(back).toMatchObject({ name: 'TypeError', message: 'no', code: 'E_NO', cause: new Error('root') })
    expect(back.stack).toBe('TypeError: no')
    expect(storedText(format, error)).not.toMatch(/secret|json-codec\.test/)
    class NotFound extends Error {
      override name = 'NotFound'
    }
    expect(encode(new NotFound('gone')).value).toMatchObject({ name: 'NotFound', message: 'gone' })
  })
})

test('what cannot be stored is refused without naming it', () => {
  const cycle: unknown[] = []
  cycle.push(cycle)
  const family: { children: unknown[] } = { children: [] }
  family.children.push({ parent: family }, { parent: family })
  class Node {
    self = this
  }
  for (const value of [
    () => 'secret',
    Symbol('secret'),
    { secret: () => 1 },
    cycle,
    family,
    new Node(),
    { secret: Promise.resolve(1) },
    new WeakMap(),
    new SharedArrayBuffer(1),
    JSON.parse('{"secret":{"__proto__":{}}}'),
    { date: new Date(0), nested: JSON.parse('{"__proto__":1}') as unknown },
    {
      toJSON: () => {
        throw new Error('secret')
      },
    },
    {
      get computed(): unknown {
        throw new Error('secret')
      },
    },
  ]) {
    const refused = expect.objectContaining({ code: 'E_CACHE_SERIALIZATION', reason: 'value' }) as Error
    expect(() => encode(value)).toThrow(refused)
    expect(() => encode(value)).not.toThrow(/secret/)
  }
})

test('deep values that are no cycles are stored', () => {
  let thread: unknown = new Date(0)
  for (let depth = 0; depth < 900; depth += 1) thread = { replies: thread }
  expect(roundTrip(format, thread)).toEqual(thread)
})

describe('a payload that somebody edited', () => {
  const text = '~t'
  test.each([
    ['truncated', 'j', '{"secret'],
    ['empty', 'j', ''],
    ['with an unknown type', 'r', `{"${text}":"Function","v":"secret"}`],
    ['with a global that is no type of ours', 'r', `{"${text}":"Array","v":"AAAA"}`],
    ['with a Map of no pairs', 'r', `{"${text}":"Map","v":[1]}`],
    ['with a Map of no list', 'r', `{"${text}":"Map","v":{"length":4294967295}}`],
    ['with a Date of text', 'r', `{"${text}":"Date","v":"secret"}`],
    ['with half a number in a view', 'r', `{"${text}":"Float64Array","v":"AAAA"}`],
    ['with a bad regular expression', 'r', `{"${text}":"RegExp","v":["(","g"]}`],
    ['with a bad URL', 'r', `{"${text}":"URL","v":"secret"}`],
    ['with nothing in it', 'r', `{"${text}":"undefined"}`],
    ['nested without end', 'r', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['with a __proto__ key', 'j', '{"a":[{"__proto__":{"polluted":true}}]}'],
    ['with an escaped __proto__ key', 'j', String.raw`{"\u005f_pr\u006fto__":{"polluted":true}}`],
    ['with a __proto__ key', 'r', '{"a":[{"__proto__":{"polluted":true}}]}'],
    ['with a __proto__ among entries', 'r', `{"${text}":"Object","v":[["__proto__",{"polluted":true}]]}`],
    ['of an unknown codec', '?', '1'],
    ['of the codec of another cache', 'A', '1'],
  ])('%s (%s) is refused, says so and does not quote it', (_how, codec, payload) => {
    const error = catchError(() => decode(codec, payload))
    expect(error).toMatchObject({ code: 'E_CACHE_SERIALIZATION' })
    expect(error).not.toHaveProperty('cause')
    expect(String(error)).not.toContain('secret')
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('nested without end, as plain JSON, is harmless', () => {
    expect(Array.isArray(decode('j', `${'['.repeat(200_000)}${']'.repeat(200_000)}`))).toBe(true)
  })

  test('with a constructor key is an object with that key', () => {
    const value = decode('j', '{"constructor":{"prototype":{"polluted":true}}}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('the text __proto__ is no such key', () => {
    const value = { title: 'what "__proto__" does', escaped: '\u0001' }
    expect(roundTrip(format, value)).toEqual(value)
  })
})

function catchError(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
