import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../src/report/markdown.ts'
import type { Row } from '../../src/report/report.ts'
import { scaleOf } from '../../src/scale.ts'
import { measured, ops, reportOf, tableOf, unpinned } from '../support/example-report.ts'

const rows = [measured('ioredis', [990, 1_010]), measured('cache-core', [1_400, 1_500], [0.5])]

function linesOf(text: string): string[] {
  return text.split('\n')
}

describe('renderMarkdown', () => {
  it('says when, where and on what it was measured', () => {
    const text = renderMarkdown(reportOf([tableOf(rows)]), 'peers.svg')
    expect(text).toContain('# Caching libraries on Redis, measured 2026-11-24')
    expect(text).toContain(
      'Node 24.21.0, Valkey 9.1.2, Linux 6.1, 2 × Some CPU, load 0.3 before it began; commit abc1234.',
    )
    expect(text).toContain('Redis was pinned to CPU 0, the contestant to CPU 1.')
    expect(text).toContain('](peers.svg)')
  })

  it('says that nothing was pinned where nothing could be', () => {
    expect(renderMarkdown(reportOf([], { environment: unpinned }), 'p')).toContain(
      'Nothing was pinned to a CPU.',
    )
  })

  it('has a table for each workload with a row for each contestant, ours in bold, and the floor itself', () => {
    const lines = linesOf(renderMarkdown(reportOf([tableOf(rows)]), 'p'))
    expect(lines).toContain('|  | operations, × floor | time, ms |')
    expect(lines).toContain('| ioredis (noise) | 1.00 (0.99–1.01) | – |')
    expect(lines).toContain('| **cache-core** | 1.45 (1.40–1.50) | 0.50 |')
    expect(lines).toContain('The floor itself: operations 1,000 ops/s.')
  })

  it('holds our figures against their aims', () => {
    const lines = linesOf(renderMarkdown(reportOf([tableOf(rows)]), 'p'))
    expect(lines).toContain('| Hit in Redis | operations | ≥ 1.35 × floor | 1.45 (1.40–1.50) | ✓ |')
    const slow = tableOf([measured('cache-core', [1_300])])
    expect(linesOf(renderMarkdown(reportOf([slow]), 'p'))).toContain(
      '| Hit in Redis | operations | ≥ 1.35 × floor | 1.30 | ✗ |',
    )
  })

  it('says what limits us where an aim is missed, and only there', () => {
    const limited = { ...ops, limit: 'nothing is for free.' }
    const line = '- **Hit in Redis, operations**: nothing is for free.'
    const missed = tableOf([measured('cache-core', [1_300])], [limited])
    expect(linesOf(renderMarkdown(reportOf([missed]), 'p'))).toContain(line)
    const met = tableOf([measured('cache-core', [1_400])], [limited])
    expect(linesOf(renderMarkdown(reportOf([met]), 'p'))).not.toContain(line)
  })

  it('says of what failed why, and shows no number for it', () => {
    const failed: Row = {
      contestant: 'cache-core',
      outcome: { type: 'failed', reason: 'some hits were misses' },
    }
    const lines = linesOf(renderMarkdown(reportOf([tableOf([failed])]), 'p'))
    expect(lines).toContain('| **cache-core** | – | – |')
    expect(lines).toContain('- cache-core failed: some hits were misses.')
    expect(lines).toContain('| Hit in Redis | operations | ≥ 1.35 × floor | not measured | – |')
  })

  it('tells the noise by the floor against itself', () => {
    const noisy = { ...ops, id: 'time' }
    const row: Row = {
      contestant: 'ioredis',
      outcome: {
        type: 'measured',
        samples: { ops: { own: [97], floor: [100] }, time: { own: [104], floor: [100] } },
      },
    }
    const text = renderMarkdown(reportOf([tableOf([row], [ops, noisy])]), 'p')
    expect(text).toContain('gave medians of 0.97 to 1.04')
  })

  it('warns of the numbers of a quick run, and only of them', () => {
    const warning = 'Its numbers mean nothing'
    expect(renderMarkdown(reportOf([], { scale: scaleOf({ quick: true }) }), 'p')).toContain(warning)
    expect(renderMarkdown(reportOf([]), 'p')).not.toContain(warning)
  })

  it('says how each contestant was set up, with its version', () => {
    const lines = linesOf(renderMarkdown(reportOf([]), 'p'))
    expect(lines).toContain('| ioredis | ioredis 6.0.0 | Bare. |')
    expect(lines).toContain('| cache-core | this commit | By default. |')
  })

  it('says where the time goes when that was recorded', () => {
    const parts = [
      { name: 'ioredis', share: 0.6, functions: [{ name: 'send', share: 0.4 }] },
      { name: 'dust', share: 0.001, functions: [] },
    ]
    const lines = linesOf(renderMarkdown(reportOf([], { profiles: [{ workload: 'hit', parts }] }), 'p'))
    expect(lines).toContain('| ioredis | 60 % | `send` 40 % |')
    expect(lines.some((line) => line.includes('dust'))).toBe(false)
  })

  it('keeps a bar in a text from starting a new cell', () => {
    const participants = [{ name: 'a|b', package: 'ioredis', settings: 'x|y' }]
    expect(renderMarkdown(reportOf([], { participants }), 'p')).toContain('| a\\|b | ioredis 6.0.0 | x\\|y |')
  })
})
