import { expect, test } from 'vitest'
import { printable, toJson } from '../../../src/cli/terminal/printable.ts'

test('nothing that comes from Redis can control the terminal', () => {
  const hostile = 'a\u001B[2Jb\u009Bc\u202Ed\r\ne\uD800é漢🙂'
  expect(printable(hostile)).toBe('a\\u{1b}[2Jb\\u{9b}c\\u{202e}d\\u{d}\\ne\\u{d800}é漢🙂')
  const json = toJson({ key: hostile })
  for (const character of ['\u001B', '\u009B', '\u202E']) expect(json).not.toContain(character)
  expect(JSON.parse(json)).toEqual({ key: hostile })
})
