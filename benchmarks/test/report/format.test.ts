import { describe, expect, it } from 'vitest'
import type { Figure } from '../../src/report/figure.ts'
import { columnTitle, formatAim, formatFigure, formatRatio, formatValue } from '../../src/report/format.ts'
import { ops, time } from '../support/example-report.ts'

function figure(min: number, median: number, max: number, unfinished = false): Figure {
  return { min, median, max, q1: min, q3: max, unfinished }
}

describe('numbers', () => {
  it.each([
    [1.3456, '1.35'],
    [0.5, '0.50'],
    [0.05834, '0.058'],
    [0.0072, '0.0072'],
  ])('writes the ratio %d as %s', (value, text) => {
    expect(formatRatio(value)).toBe(text)
  })

  it.each([
    [0.5712, 'ms', '0.57'],
    [20.64, 'ms', '20.6'],
    [2903.4, 'ms', '2,903'],
    [95_000.7, 'ops/s', '95,001'],
    [4, 'count', '4'],
    [1876.6, 'bytes', '1,877'],
  ] as const)('writes %d %s as %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text)
  })
})

describe('formatFigure', () => {
  it('shows the median with the smallest and the largest', () => {
    expect(formatFigure(figure(1.2, 1.35, 1.5), ops)).toBe('1.35 (1.20–1.50)')
  })

  it('shows the median alone when nothing differs from it', () => {
    expect(formatFigure(figure(1, 1, 1), { ...time, unit: 'count' })).toBe('1')
  })

  it('marks what was not finished as a lower bound', () => {
    expect(formatFigure(figure(2900, 2910, 2950, true), time)).toBe('≥ 2,910 (2,900–2,950)')
  })

  it('does not pretend to see what is too small to be told', () => {
    expect(formatFigure(figure(0.02, 0.02, 0.09), { ...time, unseen: 0.02 })).toBe('< 0.02 (< 0.02–0.09)')
  })
})

describe('columns and their aims', () => {
  it('names the unit of a value and the floor of a ratio', () => {
    expect(columnTitle(time)).toBe('time, ms')
    expect(columnTitle(ops)).toBe('operations, × floor')
  })

  it('says which way the aim lies', () => {
    expect(formatAim(ops)).toBe('≥ 1.35 × floor')
    expect(formatAim(time)).toBe('≤ 1 ms')
    expect(formatAim({ ...time, unit: 'bytes', aim: 1_925 })).toBe('≤ 1,925 bytes')
    expect(formatAim({ ...time, unit: '%', aim: 0 })).toBe('0 %')
  })
})
