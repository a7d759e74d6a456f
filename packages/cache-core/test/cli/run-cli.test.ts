import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../support/run-command.ts'

const commands = ['stats', 'keys', 'inspect', 'invalidate', 'doctor', 'bench']
const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guide/command-line.md'), 'utf8')

describe('help', () => {
  test.each([['--help'], ['-h'], ['help']])('%s lists every command', async (word) => {
    const { code, out, err } = await runCommand([word])
    expect([code, err]).toEqual([0, ''])
    for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'))
  })

  test.each(commands)('of %s is the same wherever it is asked for, and needs no Redis', async (command) => {
    const { code, out, err } = await runCommand([command, '--help'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(`Usage: vidnest-cache ${command}`)
    expect((await runCommand(['help', command])).out).toBe(out)
    expect((await runCommand(['--help', command])).out).toBe(out)
  })

  test('fits a terminal of 120 columns', async () => {
    const texts = await Promise.all(
      [[], ...commands.map((command) => [command])].map((argv) => runCommand([...argv, '--help'])),
    )
    const long = texts.flatMap(({ out }) => out.split('\n')).filter((line) => line.length > 120)
    expect(long).toEqual([])
  })

  test('is what the guide shows, option by option', async () => {
    expect(guide).toContain((await runCommand(['--help'])).out.trim())
    for (const command of commands) {
      const { out } = await runCommand([command, '--help'])
      const options = [...out.matchAll(/^ {2}--([\w-]+)/gm)].map(([, name = '']) => name)
      expect(options.filter((name) => !guide.includes(`--${name}`))).toEqual([])
    }
  })
})

test('--version is the package’s', async () => {
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  expect(await runCommand(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
})

test.each([
  [[], 'say what to do: stats, keys, inspect, invalidate, doctor, bench'],
  [['stat'], 'there is no command stat: there are stats, keys'],
  [['--namespace', 'shop', 'stats'], 'begin with a command: there are stats, keys'],
  [['stats', '--pattern', 'x'], 'stats: there is no option --pattern; see vidnest-cache stats --help'],
  [['keys', '--limit', 'many', '--namespace', 'shop'], '--limit must be a whole number'],
  [['keys', '--limit', '1', '--all', '--namespace', 'shop'], 'keys: --all and --limit exclude each other'],
  [['invalidate', '--namespace', 'shop'], 'invalidate: say what: --key, --tag, --pattern or --all'],
  [['invalidate', '--all', '--tag', 'x', '--namespace', 'shop'], 'invalidate: --all stands for everything'],
  [['bench', '--namespace', 'shop'], 'bench: there is no option --namespace'],
  [['stats', '--namespace', 'shop', '--url', 'http://x'], '--url must be an address such as'],
  [['stats', '--namespace', 'shop', '--url', 'redis://x/1', '--cluster'], 'a Cluster has no databases but 0'],
])('%j cannot be followed: one line, exit code 2', async (argv, message) => {
  const { code, out, err } = await runCommand(argv)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(`vidnest-cache: ${message}`)
  expect(err.trimEnd()).not.toContain('\n')
})

test('a word that may hold a password is not repeated', async () => {
  for (const argv of [
    ['redis://:secret@host'],
    ['stats', 'redis://:secret@host'],
    ['stats', '--redis://:secret@host'],
  ]) {
    const { code, out, err } = await runCommand(argv)
    expect(code).toBe(2)
    expect(out + err).not.toContain('secret')
  }
})
