import { describe, expect, it } from 'vitest'
import { quantile, ratios, summarize } from '../../src/measure/statistics.ts'

describe('quantile', () => {
  it('is the value in the middle of an odd number of values, in whatever order they come', () => {
    expect(quantile([9, 1, 5], 0.5)).toBe(5)
  })

  it('lies between the two values in the middle of an even number', () => {
    expect(quantile([1, 2, 4, 8], 0.5)).toBe(3)
  })

  it('sorts by size, not by spelling', () => {
    expect(quantile([100, 20, 3], 1)).toBe(100)
  })

  it('interpolates between neighbours', () => {
    expect(quantile([0, 10], 0.9)).toBe(9)
  })

  it('leaves the values as they were', () => {
    const values = [3, 1, 2]
    quantile(values, 0.5)
    expect(values).toEqual([3, 1, 2])
  })

  it('is not a number when there are no values', () => {
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe('summarize', () => {
  it('tells the median, the ends and the quartiles', () => {
    expect(summarize([5, 1, 3, 2, 4])).toEqual({ median: 3, min: 1, max: 5, q1: 2, q3: 4 })
  })
})

describe('ratios', () => {
  it('compares each value with that of the same round', () => {
    expect(ratios([10, 30], [20, 10])).toEqual([0.5, 3])
  })

  it('leaves out rounds in which the floor has nothing to compare with', () => {
    expect(ratios([10, 30, 7], [0, 10])).toEqual([3])
  })
})
