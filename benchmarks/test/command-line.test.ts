import { describe, expect, it } from 'vitest'
import { readCommand } from '../src/command-line.ts'

const known = { workload: ['hit', 'herd', 'race'], library: ['ioredis', 'cacheable'] }

describe('readCommand', () => {
  it('runs everything in full when nothing is said', () => {
    expect(readCommand([], known)).toEqual({
      help: false,
      quick: false,
      only: [],
      libraries: [],
      profile: [],
    })
  })

  it('takes several workloads with commas and spaces', () => {
    expect(readCommand(['--only', 'hit, race'], known).only).toEqual(['hit', 'race'])
  })

  it('takes several libraries', () => {
    expect(readCommand(['--libraries=cacheable,ioredis'], known).libraries).toEqual(['cacheable', 'ioredis'])
  })

  it('takes every option, and the separator that pnpm hands on', () => {
    const args = ['--', '--quick', '--rounds', '3', '--out=/tmp/x', '--profile', 'hit,race']
    expect(readCommand(args, known)).toEqual({
      help: false,
      quick: true,
      only: [],
      libraries: [],
      rounds: 3,
      out: '/tmp/x',
      profile: ['hit', 'race'],
    })
  })

  it.each([
    ['an unknown workload', ['--only', 'hot'], /no workload hot; there are hit, herd, race/],
    ['an unknown library', ['--libraries', 'redis'], /no library redis; there are ioredis, cacheable/],
    ['an unknown workload to profile', ['--profile', 'hot'], /no workload hot/],
    ['no whole number of rounds', ['--rounds', '1.5'], /--rounds must be a whole number from 1, not 1.5/],
    ['no rounds at all', ['--rounds', '0'], /--rounds must be a whole number from 1, not 0/],
    ['an unknown option', ['--fast'], /--fast/],
    ['something beside the options', ['hit'], /hit/],
  ])('refuses %s and names it', (_, args, message) => {
    expect(() => readCommand(args, known)).toThrow(message)
  })
})
