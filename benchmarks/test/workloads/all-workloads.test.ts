import { describe, expect, it } from 'vitest'
import { contestantNamed, contestants, ours } from '../../src/contestants/all-contestants.ts'
import { workloadNamed, workloads } from '../../src/workloads/all-workloads.ts'

describe('the lists of workloads and contestants', () => {
  it('have no name twice', () => {
    for (const list of [workloads, contestants]) {
      const names = list.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
    }
  })

  it('are found by name, and refuse a name that is not there', () => {
    expect(workloadNamed('hit').name).toBe('hit')
    expect(contestantNamed('cachified').name).toBe('cachified')
    expect(() => workloadNamed('hot')).toThrow('there is no workload hot')
    expect(() => contestantNamed('memcached')).toThrow('there is no contestant memcached')
  })

  it('keep a contestant to workloads that there are', () => {
    for (const { workloads: only = [] } of contestants)
      for (const name of only) expect(workloadNamed(name).name).toBe(name)
  })

  it('let our library take part in every workload, and give every workload an aim for it', () => {
    for (const { tiers, columns } of workloads) {
      expect(tiers.some((tier) => ours.tiers.includes(tier))).toBe(true)
      expect(columns.some(({ aim }) => aim !== undefined)).toBe(true)
    }
  })

  it('have no column twice in a workload', () => {
    for (const { columns } of workloads)
      expect(new Set(columns.map(({ id }) => id)).size).toBe(columns.length)
  })
})
