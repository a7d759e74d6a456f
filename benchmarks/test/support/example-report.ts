import type { Environment } from '../../src/machine/environment.ts'
import type { Report, Row, Table } from '../../src/report/report.ts'
import { scaleOf } from '../../src/scale.ts'
import type { Column } from '../../src/workloads/workload.ts'

export const ops: Column = {
  id: 'ops',
  title: 'operations',
  unit: 'ops/s',
  shown: 'ratio',
  better: 'more',
  aim: 1.35,
}
export const time: Column = {
  id: 'time',
  title: 'time',
  unit: 'ms',
  shown: 'value',
  better: 'less',
  aim: 1,
}

/** A row that measured `ops` against a floor of 1,000, and `time`. */
export function measured(contestant: string, own: readonly number[], times: readonly number[] = []): Row {
  const samples = {
    ops: { own, floor: own.map(() => 1_000) },
    ...(times.length > 0 && { time: { own: times } }),
  }
  return { contestant, outcome: { type: 'measured', samples } }
}

export function tableOf(rows: readonly Row[], columns: readonly Column[] = [ops, time]): Table {
  return { workload: 'hit', title: 'Hit in Redis', about: 'Values that are in Redis.', columns, rows }
}

export const unpinned: Environment = {
  date: '2026-11-24T12:00:00.000Z',
  node: '24.21.0',
  redis: 'Valkey 9.1.2',
  cpu: 'Some CPU',
  cpus: 2,
  system: 'Linux 6.1',
  load: 0.25,
  commit: 'abc1234',
  versions: { ioredis: '6.0.0', '@vidnest/cache-core': 'workspace:*' },
}

/** A report of a full run on a machine with two CPUs. */
export function reportOf(tables: readonly Table[], overrides: Partial<Report> = {}): Report {
  return {
    environment: { ...unpinned, pinning: { redis: '0', client: '1', all: '0,1' } },
    scale: scaleOf({ quick: false }),
    participants: [
      { name: 'ioredis', package: 'ioredis', settings: 'Bare.' },
      { name: 'cache-core', package: '@vidnest/cache-core', settings: 'By default.' },
    ],
    ours: 'cache-core',
    floor: 'ioredis',
    tables,
    profiles: [],
    ...overrides,
  }
}
