import { createStepPrinter, startRedis, type RedisServer } from '@vidnest/services'
import type { Command } from './command-line.ts'
import { connectIoredis } from './contestants/connect-ioredis.ts'
import { contestants, ours } from './contestants/all-contestants.ts'
import type { Contestant } from './contestants/contestant.ts'
import { ioredis } from './contestants/ioredis.ts'
import { describeEnvironment } from './machine/environment.ts'
import { pinProcess, planPinning, type Pinning } from './machine/pinning.ts'
import { runWorker, type Outcome } from './processes/worker-process.ts'
import { partShares, type Profile } from './profile/profile.ts'
import { figureIn } from './report/figure.ts'
import { columnTitle, formatFigure } from './report/format.ts'
import type { Report, Row, Table } from './report/report.ts'
import { scaleOf, type Scale } from './scale.ts'
import { workloadNamed, workloads } from './workloads/all-workloads.ts'
import type { Workload } from './workloads/workload.ts'

export interface Surroundings {
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** What a run told, and what was recorded. */
export interface Measured {
  readonly report: Report
  readonly recorded: readonly Recorded[]
}

interface Recorded {
  readonly workload: string
  readonly profile: Profile
}

interface Session extends Surroundings {
  readonly scale: Scale
  readonly pinning: Pinning | undefined
}

/** Does `work` with a Redis of its own, pinned to its CPU. */
async function withRedis<Result>(
  { pinning }: Session,
  work: (server: RedisServer) => Promise<Result>,
): Promise<Result> {
  const server = await startRedis({ report: createStepPrinter() })
  try {
    if (pinning !== undefined) await pinProcess(server.pid, pinning.redis)
    return await work(server)
  } finally {
    await server.stop()
  }
}

interface Assignment {
  readonly workload: Workload
  readonly contestant: Contestant
  readonly server: RedisServer
  readonly profile?: boolean
}

async function runOne(session: Session, assignment: Assignment): Promise<Outcome> {
  const { server, workload, contestant, profile = false } = assignment
  session.signal.throwIfAborted()
  const admin = await connectIoredis(server.url)
  await admin.flushall()
  await admin.quit()
  const { scale, pinning } = session
  return runWorker(
    { workload: workload.name, contestant: contestant.name, url: server.url, scale, pinning, profile },
    { server, signal: session.signal },
  )
}

/** What fails is tried once more: a machine that stood still for a moment makes hits into misses. */
async function runTwiceAtMost(session: Session, assignment: Assignment): Promise<Outcome> {
  const outcome = await runOne(session, assignment)
  if (outcome.type !== 'failed') return outcome
  session.print(`  ${assignment.contestant.name.padEnd(24)}failed, tried again: ${outcome.reason}`)
  return runOne(session, assignment)
}

function takesPart({ tiers, workloads: only }: Contestant, { name, tiers: asked }: Workload): boolean {
  return tiers.some((tier) => asked.includes(tier)) && (only === undefined || only.includes(name))
}

function inWords(outcome: Outcome, { columns }: Workload): string {
  switch (outcome.type) {
    case 'measured':
      return columns
        .flatMap((column) => {
          const figure = figureIn(column, { contestant: '', outcome })
          return figure === undefined ? [] : [`${columnTitle(column)} ${formatFigure(figure, column)}`]
        })
        .join('; ')
    case 'absent':
      return 'has no call for this'
    case 'profiled':
      return 'recorded'
    case 'failed':
      return `failed: ${outcome.reason}`
  }
}

interface Heat {
  readonly workload: Workload
  readonly entrants: readonly Contestant[]
  readonly server: RedisServer
}

async function measureWorkload(session: Session, { workload, entrants, server }: Heat): Promise<Table> {
  const { name, title, about, columns } = workload
  session.print(`\n${name}: ${title}`)
  const rows: Row[] = []
  for (const contestant of entrants.filter((one) => takesPart(one, workload))) {
    const startedAt = performance.now()
    const outcome = await runTwiceAtMost(session, { workload, contestant, server })
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    session.print(`  ${contestant.name.padEnd(24)}${inWords(outcome, workload)} [${seconds} s]`)
    if (outcome.type !== 'absent' && outcome.type !== 'profiled')
      rows.push({ contestant: contestant.name, outcome })
  }
  return { workload: name, title, about, columns, rows }
}

async function recordOurs(session: Session, name: string): Promise<Recorded | undefined> {
  const workload = workloadNamed(name)
  const outcome = await withRedis(session, (server) =>
    runOne(session, { workload, contestant: ours, server, profile: true }),
  )
  session.print(`\nProfile of ${ours.name} in ${name}: ${inWords(outcome, workload)}`)
  return outcome.type === 'profiled' ? { workload: name, profile: outcome.profile } : undefined
}

/** Runs the workloads that `command` names, one contestant after the other, and then records the profiles that it asks for. */
export async function measurePeers(command: Command, surroundings: Surroundings): Promise<Measured> {
  const session: Session = { ...surroundings, scale: scaleOf(command), pinning: await planPinning() }
  const environment = await withRedis(session, (server) =>
    Promise.resolve(describeEnvironment(server, session.pinning)),
  )
  const chosen = workloads.filter(({ name }) => command.only.length === 0 || command.only.includes(name))
  const entrants = contestants.filter(
    ({ name }) => command.libraries.length === 0 || command.libraries.includes(name),
  )
  const tables: Table[] = []
  for (const workload of chosen)
    tables.push(
      await withRedis(session, (server) => measureWorkload(session, { workload, entrants, server })),
    )
  const recorded: Recorded[] = []
  for (const name of command.profile) {
    const one = await recordOurs(session, name)
    if (one !== undefined) recorded.push(one)
  }
  const report: Report = {
    environment,
    scale: session.scale,
    participants: entrants.map(({ name, package: npm, settings }) => ({ name, package: npm, settings })),
    ours: ours.name,
    floor: ioredis.name,
    tables,
    profiles: recorded.map(({ workload, profile }) => ({ workload, parts: partShares(profile) })),
  }
  return { report, recorded }
}
