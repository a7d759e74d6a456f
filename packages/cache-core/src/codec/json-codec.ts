import { CacheSerializationError } from '../errors.ts'
import { builtIn, type Codec } from './codec.ts'
import { classify, shape } from './classify.ts'
import { parseRich, stringifyRich } from './rich-json.ts'

/** JSON as it is. */
export const plainJson: Codec<string> = builtIn({ id: 'j', encode: JSON.stringify, decode: parsePlain })

/** JSON with the types that it lacks. */
export const richJson: Codec<string> = builtIn({ id: 'r', encode: stringifyRich, decode: parseRich })

/** Which of the two a value needs, and whether it comes back equal. @throws {CacheSerializationError} */
export function chooseJson(value: unknown): { readonly codec: Codec<string>; readonly exact: boolean } {
  const found = classify(value)
  return { codec: (found & shape.rich) === 0 ? plainJson : richJson, exact: (found & shape.inexact) === 0 }
}

/**
 * `JSON.parse` makes an own `__proto__` key of one in the text. Whoever merges such a value changes prototypes, and no
 * value is stored with one, so it was put there by somebody else.
 */
function parsePlain(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // Nothing that we write escapes a letter, so this rarely asks for the walk, which decides.
  if (text.includes('__proto__') || text.includes('\\u00')) refuseProtoKeys(value)
  return value
}

function refuseProtoKeys(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Object.hasOwn(value, '__proto__')) {
    throw new CacheSerializationError('damaged', 'the stored value has an own __proto__ key')
  }
  for (const item of Object.values(value)) refuseProtoKeys(item)
}
