import { writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { readCommand, usage, type Command } from './command-line.ts'
import { contestants } from './contestants/all-contestants.ts'
import { measurePeers } from './measure-peers.ts'
import { writeReport } from './report/write-report.ts'
import { workloads } from './workloads/all-workloads.ts'

const defaultFolder = resolve(import.meta.dirname, '..', 'results')
const print = (line: string): void => void process.stdout.write(`${line}\n`)

async function run(command: Command, signal: AbortSignal): Promise<void> {
  const folder = command.out ?? defaultFolder
  const { report, recorded } = await measurePeers(command, { print, signal })
  const written = [...(await writeReport(report, folder))]
  for (const { workload, profile } of recorded) {
    const path = join(folder, `peers-${workload}.cpuprofile`)
    await writeFile(path, JSON.stringify(profile))
    written.push(path)
  }
  print(`\nWritten:\n${written.map((path) => `  ${path}`).join('\n')}`)
  const failed = report.tables.flatMap(({ rows }) =>
    rows.filter(({ contestant, outcome }) => contestant === report.ours && outcome.type === 'failed'),
  )
  if (failed.length > 0) process.exitCode = 1
}

async function main(): Promise<void> {
  const command = readCommand(process.argv.slice(2), {
    workload: workloads.map(({ name }) => name),
    library: contestants.map(({ name }) => name),
  })
  if (command.help) {
    print(
      `${usage}\nWorkloads:\n${workloads.map(({ name, title }) => `  ${name.padEnd(18)}${title}`).join('\n')}\n\nLibraries:\n${contestants.map(({ name }) => `  ${name}`).join('\n')}`,
    )
    return
  }
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      process.exitCode = 128 + constants.signals[name]
      interruption.abort(new Error(`ended by ${name}`))
    })
  await run(command, interruption.signal)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode ??= 1
}
