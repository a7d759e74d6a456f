import { describe, expect, it } from 'vitest'
import { readCommand } from '../src/command-line.ts'

const names = ['hit', 'herd', 'race']

describe('readCommand', () => {
  it('runs everything in full when nothing is said', () => {
    expect(readCommand([], names)).toEqual({ help: false, quick: false, only: [] })
  })

  it('takes several workloads with commas and spaces', () => {
    expect(readCommand(['--only', 'hit, race'], names).only).toEqual(['hit', 'race'])
  })

  it('takes every option, and the separator that pnpm hands on', () => {
    const args = ['--', '--quick', '--rounds', '3', '--out=/tmp/x', '--profile', 'hit']
    expect(readCommand(args, names)).toEqual({
      help: false,
      quick: true,
      only: [],
      rounds: 3,
      out: '/tmp/x',
      profile: 'hit',
    })
  })

  it.each([
    ['an unknown workload', ['--only', 'hot'], /no workload hot; there are hit, herd, race/],
    ['an unknown workload to profile', ['--profile', 'hot'], /no workload hot/],
    ['no whole number of rounds', ['--rounds', '1.5'], /--rounds must be a whole number from 1, not 1.5/],
    ['no rounds at all', ['--rounds', '0'], /--rounds must be a whole number from 1, not 0/],
    ['an unknown option', ['--fast'], /--fast/],
    ['something beside the options', ['hit'], /hit/],
  ])('refuses %s and names it', (_, args, message) => {
    expect(() => readCommand(args, names)).toThrow(message)
  })
})
