import { expect, test } from 'vitest'
import { parseArguments } from '../../../src/cli/arguments/arguments.ts'
import type { Command } from '../../../src/cli/arguments/command.ts'
import { CliError } from '../../../src/cli/cli-error.ts'

const command: Command = {
  name: 'try',
  summary: '',
  details: [],
  argument: 'KEY',
  options: {
    tag: { value: 'TAG', multiple: true, help: '' },
    limit: { value: 'N', help: '' },
    soft: { help: '' },
  },
  run: () => Promise.resolve(0),
}
const bare: Command = { ...command, name: 'bare', argument: undefined as never }

/** What is said of arguments that are refused, with the exit code before it. */
function refusal(argv: readonly string[], of: Command = command): string {
  try {
    parseArguments(of, argv)
    return 'was accepted'
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return `${String(error.exitCode)} ${error.message}`
  }
}

test('options, their values and the argument are read in any order', () => {
  const args = parseArguments(command, ['--tag', 'a', 'video:1', '--soft', '--tag=b', '--namespace', 'shop'])
  expect(args.argument).toBe('video:1')
  expect(args.texts('tag')).toEqual(['a', 'b'])
  expect(args.text('namespace')).toBe('shop')
  expect([args.flag('soft'), args.flag('json')]).toEqual([true, false])
})

test('a key that begins with a dash stands after two dashes', () => {
  expect(parseArguments(command, ['--soft', '--', '-1']).argument).toBe('-1')
})

test.each([
  [['k', '--tags', 'a'], '2 try: there is no option --tags; see vidnest-cache try --help'],
  [['k', '-x'], '2 try: there is no option -x; see vidnest-cache try --help'],
  [['k', '--constructor'], '2 try: there is no option --constructor; see vidnest-cache try --help'],
  [['k', '--tag'], '2 try: --tag needs a value: --tag=TAG; see vidnest-cache try --help'],
  [['k', '--tag', '--soft'], '2 try: --tag needs a value: --tag=TAG; see vidnest-cache try --help'],
  [['k', '--tag='], '2 try: --tag needs a value: --tag=TAG; see vidnest-cache try --help'],
  [['k', '--soft=yes'], '2 try: --soft takes no value; see vidnest-cache try --help'],
  [['k', '--limit', '1', '--limit', '2'], '2 try: --limit may be given once; see vidnest-cache try --help'],
  [[], '2 try: needs a KEY; see vidnest-cache try --help'],
  [['k', 'l'], '2 try: takes one KEY beside its options; see vidnest-cache try --help'],
])('%j is refused in one line', (argv, message) => {
  expect(refusal(argv)).toBe(message)
})

test('what is refused is not repeated, since it may be an address with a password', () => {
  const address = 'redis://user:secret@host'
  const refused = [
    [address, 'k'],
    ['k', `--${address}`],
    ['k', `--soft=${address}`],
  ].map((argv) => refusal(argv))
  expect(refused.join('\n')).not.toContain('secret')
  expect(refusal([address], bare)).toContain('the address belongs after --url')
})

test('a number is whole and within its limits', () => {
  const limits = { min: 1, max: 100, fallback: 7 }
  const read = (...argv: string[]): number =>
    parseArguments(command, ['k', ...argv]).wholeNumber('limit', limits)
  expect(read()).toBe(7)
  expect(read('--limit', '100')).toBe(100)
  for (const text of ['0', '101', '1.5', '1e1', '-1', 'ten', '1'.repeat(16)])
    expect(() => read(`--limit=${text}`)).toThrow('--limit must be a whole number from 1 to 100')
})

test('--help needs no argument', () => {
  expect(parseArguments(command, ['--help']).flag('help')).toBe(true)
  expect(parseArguments(command, ['-h']).flag('help')).toBe(true)
})
