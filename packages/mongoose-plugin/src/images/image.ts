import { literalValue } from '../paths/literal-value.ts'
import { spellsUndefined, valueAt } from '../paths/value-at.ts'
import type { Fields, WriteOperation } from '../writes/write-operation.ts'

/** Values of watched paths. */
export type Image = ReadonlyMap<string, unknown>

export function imageOf(document: Fields, watch: readonly string[]): Image {
  return new Map(watch.map((path) => [path, valueAt(document, path)]))
}

/** What a call spells out of the values that it leaves behind. */
export interface LiteralImage {
  readonly values: Image
  /** Whether it changes a watched path to something that it does not spell out. */
  readonly computed: boolean
}

export function literalImage(operation: WriteOperation, watch: readonly string[]): LiteralImage {
  const { document } = operation
  if (document !== undefined) {
    return {
      values: imageOf(document, watch),
      computed: watch.some((path) => spellsUndefined(document, path)),
    }
  }
  const values = new Map<string, unknown>()
  let computed = false
  for (const path of operation.update === undefined ? [] : watch) {
    const literal = literalValue(operation.update ?? {}, path)
    if (literal.kind === 'value') values.set(path, literal.value)
    if (literal.kind === 'computed') computed = true
  }
  return { values, computed }
}

/** The image after a write, where the call spells it out. */
export function imageAfter(before: Image, literal: LiteralImage): Image {
  return new Map([...before, ...literal.values])
}
