import { randomUUID } from 'node:crypto'
import { KeyNames } from '../../store/key-names.ts'
import type { Command } from '../arguments/command.ts'
import { exitCodes, interrupted } from '../cli-error.ts'
import { tableLines } from '../terminal/table.ts'
import { count, countOf, duration } from '../terminal/units.ts'
import { runBench, type BenchResult } from './bench-series.ts'
import { removeKeys } from './remove-keys.ts'

/** How fast the cache is here, beside its client alone. */
export const benchCommand: Command = {
  name: 'bench',
  summary: 'measure sets and gets beside bare client commands',
  options: {
    operations: { value: 'N', help: 'how many of each kind (default 10000)' },
    concurrency: { value: 'N', help: 'how many at a time (default 50)' },
    size: { value: 'N', help: 'characters of a value (default 1000)' },
  },
  takesNamespace: false,
  details: [
    'Works on keys of its own, in a namespace of its own, and removes them afterwards; they also have a TTL of ten minutes.',
    'Ask no server that is busy serving others: it gets as much as it can take.',
  ],
  async run({ args, clock, connect, signal, terminal }) {
    const operations = args.wholeNumber('operations', { min: 1, max: 1_000_000, fallback: 10_000 })
    const concurrency = args.wholeNumber('concurrency', { min: 1, max: 10_000, fallback: 50 })
    const size = args.wholeNumber('size', { min: 0, max: 1_000_000, fallback: 1000 })
    const connection = await connect()
    const namespace = `vidnest-cache-bench-${randomUUID()}`
    const progress = terminal.progress('Measuring')
    const options = { connection, namespace, operations, concurrency, size, clock, signal, progress }
    let result: BenchResult
    try {
      result = await runBench(options)
    } finally {
      await removeKeys(connection, new KeyNames(namespace, connection.isCluster))
    }
    if (signal.aborted) throw interrupted('the keys of the bench were removed')
    const setting = { address: connection.shown, operations, concurrency, size }
    terminal.result({ ...setting, results: documentOf(result) }, () => [
      `${count(operations)} operations of each kind, ${count(concurrency)} at a time, values of ${countOf(size, 'character')}, at ${connection.shown}`,
      '',
      ...benchTable(result),
    ])
    return result.every(({ timing }) => timing.failed === 0) ? exitCodes.done : exitCodes.failed
  },
}

function documentOf(result: BenchResult): unknown {
  return result.map(({ name, timing }) => ({ name, ...timing }))
}

function benchTable(result: BenchResult): string[] {
  const rows = result.map(({ name, timing }) => [
    name,
    count(timing.perSecond),
    duration(timing.p50Ms),
    duration(timing.p95Ms),
    duration(timing.p99Ms),
    timing.failed === 0 ? '' : `${count(timing.failed)} failed`,
  ])
  return tableLines(
    [
      { title: 'Operation' },
      { title: 'ops/s', align: 'right' },
      { title: 'p50', align: 'right' },
      { title: 'p95', align: 'right' },
      { title: 'p99', align: 'right' },
      { title: '' },
    ],
    rows,
  )
}
