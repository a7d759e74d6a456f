import { createHash } from 'node:crypto'

/** Longest escaped value that stands in a key as it is; longer ones are hashed. */
const maxValueLength = 128
const plain = /^[A-Za-z0-9._~@-]+$/

/**
 * A parameter's value as one segment of a key. Injective: two values never share a segment, and no value can add a
 * segment (`:`), a glob (`*?[]\`), a hash tag (`{}`) or an unprintable character. Values that are longer than 128
 * characters after escaping become `%h` and their SHA-256, which no escaped value can equal.
 */
export function escapeSegment(value: string): string {
  if (value.length <= maxValueLength && plain.test(value)) return value
  if (value === '') return '%e'
  let escaped = ''
  for (const character of value) escaped += plain.test(character) ? character : escapeCharacter(character)
  if (escaped.length <= maxValueLength) return escaped
  // UTF-16 code units, because UTF-8 would map all lone surrogates to one replacement character.
  return `%h${createHash('sha256').update(Buffer.from(value, 'utf16le')).digest('base64url')}`
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0)
  if (character.length === 1 && code >= 0xd800 && code <= 0xdfff)
    return `%u${code.toString(16).toUpperCase()}`
  let escaped = ''
  for (const byte of Buffer.from(character, 'utf8'))
    escaped += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  return escaped
}

/** The value that was escaped, or `undefined` for a hashed one and for text that {@link escapeSegment} never makes. */
export function unescapeSegment(segment: string): string | undefined {
  if (segment === '%e') return ''
  if (segment === '' || segment.startsWith('%h')) return undefined
  const units = segment.split(/(%u[0-9A-F]{4})/)
  try {
    const value = units
      .map((unit) =>
        /^%u[0-9A-F]{4}$/.test(unit)
          ? String.fromCharCode(Number.parseInt(unit.slice(2), 16))
          : decodeURIComponent(unit),
      )
      .join('')
    return escapeSegment(value) === segment ? value : undefined
  } catch {
    return undefined
  }
}

/** `text` with every character that SCAN's MATCH treats specially made literal. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&')
}
