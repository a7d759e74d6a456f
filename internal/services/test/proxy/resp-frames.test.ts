import { expect, it } from 'vitest'
import { isPush, RespFrames, wordsOf } from '../../src/proxy/resp-frames.ts'

const messages = [
  '+OK\r\n',
  '-ERR no\r\n',
  ':42\r\n',
  '_\r\n',
  '#t\r\n',
  ',1.5\r\n',
  '$-1\r\n',
  '*-1\r\n',
  '$0\r\n\r\n',
  '$7\r\na\r\nb\r\nc\r\n',
  '*0\r\n',
  '*2\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n',
  '%1\r\n+key\r\n*1\r\n:1\r\n',
  '~2\r\n:1\r\n:2\r\n',
  '>2\r\n+message\r\n$1\r\nx\r\n',
  '=7\r\ntxt:abc\r\n',
  '|1\r\n+ttl\r\n:5\r\n$1\r\na\r\n',
]

it.each([1, 2, 3, 7, 1000])('cuts replies that arrive %i bytes at a time into whole messages', (size) => {
  const stream = Buffer.from(messages.join(''))
  const frames = new RespFrames()
  const cut: string[] = []
  for (let at = 0; at < stream.length; at += size) {
    cut.push(...frames.push(stream.subarray(at, at + size)).map(String))
  }
  expect(cut).toEqual(messages)
})

it('knows the words of a command and what answers none', () => {
  expect(wordsOf(Buffer.from('*3\r\n$3\r\nSET\r\n$6\r\na\r\nbé\r\n$0\r\n\r\n'))).toEqual([
    'SET',
    'a\r\nbé',
    '',
  ])
  expect(isPush(Buffer.from('>1\r\n+x\r\n'))).toBe(true)
  expect(isPush(Buffer.from('*1\r\n+x\r\n'))).toBe(false)
})
