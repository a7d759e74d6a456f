import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { Terminal } from '../../../src/cli/terminal/terminal.ts'
import { systemClock } from '../../../src/index.ts'

function terminalOf(isTTY: boolean, env: Record<string, string> = {}): Terminal {
  const stream = (): PassThrough & { isTTY: boolean } => Object.assign(new PassThrough(), { isTTY })
  const { signal } = new AbortController()
  const around = {
    stdin: stream(),
    stdout: stream(),
    stderr: stream(),
    env,
    cwd: '',
    clock: systemClock,
    signal,
  }
  return new Terminal(around, false)
}

test('colours are for terminals that can show them, unless NO_COLOR is set', () => {
  expect(terminalOf(true).paint('red', 'x')).toBe('\u001B[31mx\u001B[39m')
  expect(terminalOf(true, { NO_COLOR: '' }).paint('red', 'x')).toBe('\u001B[31mx\u001B[39m')
  for (const terminal of [
    terminalOf(false),
    terminalOf(true, { NO_COLOR: '1' }),
    terminalOf(true, { TERM: 'dumb' }),
  ])
    expect(terminal.paint('red', 'x')).toBe('x')
})

test('only somebody at a terminal can be asked', () => {
  expect([terminalOf(true).isInteractive, terminalOf(false).isInteractive]).toEqual([true, false])
})
