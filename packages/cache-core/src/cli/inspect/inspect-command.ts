import type { Command } from '../arguments/command.ts'
import { exitCodes } from '../cli-error.ts'
import type { Style } from '../terminal/terminal.ts'
import { inspectDocument, inspectLines, type InspectReport } from './inspect-report.ts'
import { readInspection, valueOf } from './read-inspection.ts'
import { readValue } from './show-value.ts'
import { judge, type Verdict } from './verdict.ts'

const styles: Partial<Record<Verdict['state'], Style>> = { fresh: 'green', stale: 'yellow', unusable: 'red' }

/** One key, and why a read would use it or not. */
export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'show an entry, and why it is used or not',
  argument: 'KEY',
  options: { value: { help: 'show the cached value as well' } },
  details: [
    'KEY is without the namespace, as d.key(params) gives it. Reads only. The policy, the version and the schema of a',
    'definition are in no entry, so what they decide is said and not decided. Without --value no value is shown.',
  ],
  async run({ args, open, terminal }) {
    const { connection, namespace, names } = await open()
    const inspection = await readInspection(connection, names, args.argument ?? '')
    const verdict = judge(inspection)
    const isWanted = args.flag('value') && valueOf(inspection.facts) !== undefined
    const value = isWanted ? await readValue(connection, inspection.redisKey) : undefined
    const report: InspectReport = { namespace, inspection, verdict, value }
    terminal.result(inspectDocument(report), () =>
      inspectLines(report, (text) => terminal.paint(styles[verdict.state] ?? 'bold', text)),
    )
    return exitCodes.done
  },
}
