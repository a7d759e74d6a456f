import type { Command } from '../arguments/command.ts'
import { exitCodes } from '../cli-error.ts'
import { survey } from '../survey/survey.ts'
import { askStats } from './server-stats.ts'
import { statsDocument, statsLines } from './stats-report.ts'

/** What a namespace holds, counted. */
export const statsCommand: Command = {
  name: 'stats',
  summary: 'count the keys of a namespace: kinds, memory, TTLs',
  options: {},
  details: [
    'Looks at every key of the namespace with SCAN and counts them by kind and by what they look like; changes nothing.',
    'Names of definitions are in no key, so the shapes are a guess: what looks like a value is shown as *.',
  ],
  async run({ open, terminal, signal }) {
    const { connection, namespace, names } = await open()
    const progress = terminal.progress('Counting')
    const found = await survey({ connection, names, progress, signal }).finally(() => progress.done())
    const server = await askStats(connection)
    const report = { namespace, address: connection.shown, survey: found, server }
    terminal.result(statsDocument(report), () => statsLines(report))
    return exitCodes.done
  },
}
