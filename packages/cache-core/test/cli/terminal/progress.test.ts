import { expect, test } from 'vitest'
import { createBar, createLines } from '../../../src/cli/terminal/progress.ts'

test('a bar is drawn over itself, not too often, never wider than the terminal, and taken away', () => {
  let now = 0
  const written: string[] = []
  const bar = createBar({
    title: 'Counting',
    write: (text) => written.push(text),
    columns: 44,
    now: () => now,
  })
  bar.update(0.5, '12 keys')
  bar.update(0.6, '13 keys')
  now = 100
  bar.update(2, '14 keys and many words more')
  bar.done()
  expect(written).toEqual([
    `\r\u001B[KCounting ${'█'.repeat(12)}${'░'.repeat(12)}  50 %  12`,
    `\r\u001B[KCounting ${'█'.repeat(24)} 100 %  14`,
    '\r\u001B[K',
  ])
})

test('a bar that was never drawn is not taken away', () => {
  const written: string[] = []
  createBar({ title: 'Counting', write: (text) => written.push(text), columns: 80, now: () => 0 }).done()
  expect(written).toEqual([])
})

test('without a terminal there is a line now and then, and none for what is done soon', () => {
  let now = 0
  const lines: string[] = []
  const progress = createLines({ title: 'Counting', writeLine: (line) => lines.push(line), now: () => now })
  progress.update(0.2, '10 keys')
  now = 2000
  progress.update(0.259, '20 keys')
  progress.update(0.3, '30 keys')
  progress.done()
  expect(lines).toEqual(['Counting: 25 %, 20 keys'])
})
