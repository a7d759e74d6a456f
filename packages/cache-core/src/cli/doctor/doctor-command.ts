import { KeyNames } from '../../store/key-names.ts'
import type { Command, CommandRun } from '../arguments/command.ts'
import { checkedNamespace } from '../arguments/namespace.ts'
import { exitCodes } from '../cli-error.ts'
import type { Connection } from '../connection/connection.ts'
import { unlessRefused } from '../connection/info.ts'
import { findNamespaces } from '../survey/find-namespaces.ts'
import { survey } from '../survey/survey.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { countOf } from '../terminal/units.ts'
import { examine, type Patient } from './examine.ts'
import type { Finding, Level } from './finding.ts'

/** What is wrong with a server, and what to do. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'examine server, client and keys, and say what to do',
  options: {},
  details: [
    'Each finding is ok, a warning or a problem, with what to do. The exit code is 1 when there is a problem.',
    'Changes nothing. With --namespace its keys are examined too.',
  ],
  async run(run) {
    const { args, terminal } = run
    const namespace = checkedNamespace(args)
    const connection = await run.connect()
    const findings = await examine(await patientOf(run, connection, namespace))
    const problems = countLevel(findings, 'problem')
    const warnings = countLevel(findings, 'warn')
    const document = { address: connection.shown, namespace: namespace ?? null, problems, warnings, findings }
    terminal.result(document, () => [
      ...findings.flatMap((finding) => findingLines(finding, terminal)),
      '',
      `${countOf(problems, 'problem')}, ${countOf(warnings, 'warning')} at ${connection.shown}`,
    ])
    return problems === 0 ? exitCodes.done : exitCodes.failed
  },
}

async function patientOf(
  { terminal, signal }: CommandRun,
  connection: Connection,
  namespace: string | undefined,
): Promise<Patient> {
  if (namespace === undefined)
    return { connection, names: undefined, keys: await unlessRefused(findNamespaces(connection)) }
  const names = new KeyNames(namespace, connection.isCluster)
  const progress = terminal.progress('Looking at keys')
  try {
    return { connection, names, keys: await unlessRefused(survey({ connection, names, progress, signal })) }
  } finally {
    progress.done()
  }
}

function countLevel(findings: readonly Finding[], level: Level): number {
  return findings.filter((finding) => finding.level === level).length
}

const styles = { ok: 'green', warn: 'yellow', problem: 'red' } as const
const levelWidth = 'problem'.length
const checkWidth = 'permissions'.length

function findingLines({ check, level, message, advice }: Finding, terminal: Terminal): string[] {
  const head = terminal.paint(styles[level], level.padEnd(levelWidth))
  const indent = ' '.repeat(levelWidth + checkWidth + 4)
  return [
    `${head}  ${check.padEnd(checkWidth)}  ${message}`,
    ...(advice === undefined ? [] : [`${indent}→ ${advice}`]),
  ]
}
