import { describe, expect, it } from 'vitest'
import { figureIn, floorOf, reaches } from '../../src/report/figure.ts'
import { measured, ops, time } from '../support/example-report.ts'

describe('figureIn', () => {
  it('compares a ratio with the floor of the same round', () => {
    expect(figureIn(ops, measured('a', [900, 1_200, 2_000]))).toMatchObject({ min: 0.9, median: 1.2, max: 2 })
  })

  it('takes a value as it is', () => {
    expect(figureIn(time, measured('a', [1], [4, 2]))).toMatchObject({ median: 3, unfinished: false })
  })

  it('has nothing for a column that does not apply, and nothing for a contestant that failed', () => {
    expect(figureIn(time, measured('a', [1]))).toBeUndefined()
    expect(
      figureIn(time, { contestant: 'a', outcome: { type: 'failed', reason: 'it broke' } }),
    ).toBeUndefined()
  })
})

describe('reaches', () => {
  const figure = { min: 0, max: 9, q1: 0, q3: 9, unfinished: false }

  it('asks for at least the aim where more is better, and for at most the aim where less is', () => {
    expect(reaches(ops, { ...figure, median: 1.35 })).toBe(true)
    expect(reaches(ops, { ...figure, median: 1.34 })).toBe(false)
    expect(reaches(time, { ...figure, median: 1 })).toBe(true)
    expect(reaches(time, { ...figure, median: 1.01 })).toBe(false)
  })

  it('takes a lower bound for no result', () => {
    expect(reaches(time, { ...figure, median: 0.5, unfinished: true })).toBe(false)
  })
})

describe('floorOf', () => {
  it('looks at the floor of all rows', () => {
    expect(floorOf(ops, [measured('a', [1, 2]), measured('b', [3])])).toMatchObject({ median: 1_000 })
  })

  it('has nothing where nothing was compared', () => {
    expect(floorOf(time, [measured('a', [1], [2])])).toBeUndefined()
  })
})
