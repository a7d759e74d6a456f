import fc from 'fast-check'

class Labelled {
  readonly label: string

  constructor(label: string) {
    this.label = label
  }
}

/** Values of all the types that the default codec knows, in any nesting, with some that it changes. */
export function anyValue(): fc.Arbitrary<unknown> {
  const leaf = fc.oneof(
    fc.webUrl().map((url) => new URL(url)),
    fc.constantFrom(/a/g, /[^\s]+/u, /\//),
    fc.string().map((message) => new RangeError(message)),
    fc.string().map((label) => new Labelled(label)),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.uint8Array().map((bytes) => new Uint8Array(bytes).buffer),
    fc.date({ noInvalidDate: false }),
    fc.constant('__proto__'),
    fc.constant('~t'),
  )
  const anything = fc.anything({
    key: fc.oneof(fc.string(), fc.constant('~t')).filter((key) => key !== '__proto__'),
    values: [fc.string({ unit: 'binary' }), fc.boolean(), fc.double(), fc.integer(), fc.constant(null), leaf],
    withDate: true,
    withMap: true,
    withSet: true,
    withBigInt: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
    withBoxedValues: true,
  })
  // Absent is not a value.
  return anything.filter((value) => value !== undefined)
}
