import { describe, expect, it } from 'vitest'
import { cpuNumbers } from '../../src/machine/pinning.ts'

describe('cpuNumbers', () => {
  it('reads what taskset prints: single numbers, and ranges with both ends', () => {
    expect(cpuNumbers('0-2,5,8-9')).toEqual([0, 1, 2, 5, 8, 9])
  })

  it('reads one CPU', () => {
    expect(cpuNumbers('3')).toEqual([3])
  })
})
