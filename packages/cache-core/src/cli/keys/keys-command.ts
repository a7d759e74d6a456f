import type { Command } from '../arguments/command.ts'
import { exitCodes, usageError } from '../cli-error.ts'
import { serverTime } from '../connection/server-clock.ts'
import { keysDocument, keysLines } from './keys-report.ts'
import { listKeys } from './list-keys.ts'

/** The keys of a namespace, page by page. */
export const keysCommand: Command = {
  name: 'keys',
  summary: 'list keys with kind, age, TTL and memory',
  options: {
    pattern: { value: 'GLOB', help: 'only keys that fit, without the namespace, such as video:*' },
    helpers: { help: 'tag markers, the generation, barriers and counter deltas as well' },
    limit: { value: 'N', help: 'about how many to list (default 100)' },
    cursor: { value: 'CURSOR', help: 'go on where an earlier page ended' },
    all: { help: 'list all pages' },
  },
  details: ['Lists keys in the order of SCAN, which is none, and never with KEYS; changes nothing.'],
  async run({ args, open, terminal, signal }) {
    if (args.flag('all') && args.flag('limit')) throw usageError('keys: --all and --limit exclude each other')
    if (args.flag('pattern') && args.flag('helpers'))
      throw usageError(
        'keys: --pattern and --helpers exclude each other, since helper keys have names of their own',
      )
    const question = {
      pattern: args.text('pattern'),
      helpers: args.flag('helpers'),
      cursor: args.text('cursor'),
      limit: args.flag('all')
        ? Infinity
        : args.wholeNumber('limit', { min: 1, max: 1_000_000, fallback: 100 }),
      signal,
    }
    const { connection, names } = await open()
    const time = await serverTime(connection)
    const page = await listKeys(connection, names, question)
    terminal.result(keysDocument(page, time.now()), () => keysLines(page, time.now()))
    return exitCodes.done
  },
}
