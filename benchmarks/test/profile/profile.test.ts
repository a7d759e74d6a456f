import { describe, expect, it } from 'vitest'
import { partShares, type Profile } from '../../src/profile/profile.ts'

function profileOf(frames: readonly (readonly [name: string, url: string, time: number])[]): Profile {
  return {
    nodes: frames.map(([functionName, url], id) => ({
      id,
      callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 },
    })),
    startTime: 0,
    endTime: 0,
    samples: frames.map((_, id) => id),
    timeDeltas: frames.map(([, , time]) => time),
  }
}

const core = 'file:///repo/packages/cache-core/dist/index.js'

describe('partShares', () => {
  it('sums up parts of the program, the largest first, and names the functions of each', () => {
    const parts = partShares(
      profileOf([
        ['send', 'file:///repo/node_modules/.pnpm/ioredis@6.0.0/node_modules/ioredis/built/Redis.js', 10],
        ['parse', core, 40],
        ['judge', core, 20],
        ['writeUtf8String', '', 15],
        ['(garbage collector)', '', 5],
        ['nextTick', 'node:internal/process/task_queues', 10],
      ]),
    )
    expect(parts.map(({ name, share }) => [name, share])).toEqual([
      ['@vidnest/cache-core', 0.6],
      ['writing to the socket', 0.15],
      ['ioredis', 0.1],
      ['Node.js and V8', 0.1],
      ['garbage collection', 0.05],
    ])
    expect(parts[0]?.functions).toEqual([
      { name: 'parse', share: 0.4 },
      { name: 'judge', share: 0.2 },
    ])
  })

  it('leaves out idle time and the recording itself', () => {
    const parts = partShares(
      profileOf([
        ['(idle)', '', 70],
        ['post', 'node:inspector', 20],
        ['parse', core, 10],
      ]),
    )
    expect(parts.map(({ name, share }) => [name, share])).toEqual([['@vidnest/cache-core', 1]])
  })

  it('names a scoped dependency by its whole name, and the benchmark by none', () => {
    const url = 'file:///repo/node_modules/.pnpm/x/node_modules/@redis/client/dist/index.js'
    const parts = partShares(
      profileOf([
        ['a', url, 2],
        ['lane', 'file:///repo/benchmarks/src/measure/slice.ts', 1],
      ]),
    )
    expect(parts.map(({ name }) => name)).toEqual(['@redis/client', 'the benchmark itself'])
  })
})
