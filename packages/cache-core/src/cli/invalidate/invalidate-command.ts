import type { Command, CommandRun, OpenNamespace } from '../arguments/command.ts'
import { exitCodes, failure, usageError } from '../cli-error.ts'
import { findNamespaces } from '../survey/find-namespaces.ts'
import { isSwept, kindTitles } from '../survey/key-kind.ts'
import { countOf } from '../terminal/units.ts'
import { countTargets, factsOfKeys } from './count-targets.ts'
import { doneLines, dryLines } from './invalidate-report.ts'
import { doneTo, runInvalidation } from './run-invalidation.ts'
import { isSweep, readTargets, type Targets } from './targets.ts'

/** Invalidates what is named. */
export const invalidateCommand: Command = {
  name: 'invalidate',
  summary: 'invalidate by key, tag or pattern, or everything',
  options: {
    key: { value: 'KEY', multiple: true, help: 'one entry, without the namespace; may be repeated' },
    tag: { value: 'TAG', multiple: true, help: 'all entries that carry the tag; may be repeated' },
    pattern: {
      value: 'GLOB',
      multiple: true,
      help: 'all entries whose keys fit, such as video:*; may be repeated',
    },
    all: { help: 'all entries of the namespace; counters and other data stay' },
    soft: { help: 'make them stale instead: they may still be served as their policies allow' },
    'dry-run': { help: 'only count; changes nothing' },
    yes: { help: 'do not ask before --pattern and --all' },
  },
  details: [
    'Goes through the same engine as cache.invalidate, so its guarantee holds: no read that starts afterwards gets what was',
    'loaded before. Sweeps use SCAN, touch entries only, and can be stopped with Ctrl-C. In a terminal --pattern and --all',
    'count first and ask.',
  ],
  async run(run) {
    const targets = readTargets(run.args)
    const isDry = run.args.flag('dry-run')
    if (isDry && run.args.flag('yes'))
      throw usageError('invalidate: --dry-run asks nothing, so --yes does not go with it')
    const open = await run.open()
    await refuseOthers(targets, open)
    await noteUnknown(run, open)
    return isDry ? countOnly(run, open, targets) : invalidate(run, open, targets)
  },
}

function modeOf({ args }: CommandRun): 'hard' | 'soft' {
  return args.flag('soft') ? 'soft' : 'hard'
}

async function countOnly(run: CommandRun, open: OpenNamespace, targets: Targets): Promise<number> {
  const mode = modeOf(run)
  const found = await count(run, open, targets)
  run.terminal.result({ dryRun: true, mode, namespace: open.namespace, ...found }, () =>
    dryLines(found, { targets, mode }),
  )
  return exitCodes.done
}

function count(
  { terminal, signal }: CommandRun,
  { connection, names }: OpenNamespace,
  targets: Targets,
): ReturnType<typeof countTargets> {
  const progress = terminal.progress('Counting')
  return countTargets(targets, { connection, names, progress, signal }).finally(() => progress.done())
}

async function invalidate(run: CommandRun, open: OpenNamespace, targets: Targets): Promise<number> {
  const { terminal, signal, clock } = run
  const { connection, namespace } = open
  const mode = modeOf(run)
  if (!(await isAgreed(run, open, targets))) {
    terminal.note('Nothing was invalidated.')
    return exitCodes.failed
  }
  const startedAt = clock.now()
  const progress = isSweep(targets) ? terminal.progress('Invalidating') : terminal.silence
  const report = await runInvalidation({ connection, namespace, targets, mode, progress, signal })
  const elapsedMs = clock.now() - startedAt
  terminal.result({ ...report, mode, namespace, elapsedMs: Math.round(elapsedMs) }, () =>
    doneLines(report, { targets, mode, elapsedMs }),
  )
  return exitCodes.done
}

/** Whether to go on: somebody who can be asked is, before what cannot be named one by one. */
async function isAgreed(run: CommandRun, open: OpenNamespace, targets: Targets): Promise<boolean> {
  const { terminal, args } = run
  if (!isSweep(targets) || args.flag('yes') || !terminal.isInteractive) return true
  const { swept } = await count(run, open, { ...targets, keys: [], tags: [] })
  const which = targets.all ? 'all' : `that fit ${targets.patterns.join(' or ')}`
  const entries = countOf(swept, 'entry', 'entries')
  return terminal.confirm(
    `${entries} of namespace ${open.namespace} (${which}) at ${open.connection.shown} will be ${doneTo(modeOf(run))}. Go on?`,
  )
}

/** An invalidation by key removes whatever is there, so it is not let loose on a counter or a session. */
async function refuseOthers({ keys }: Targets, open: OpenNamespace): Promise<void> {
  const others = (await factsOfKeys(keys, open)).filter(({ kind }) => !isSwept(kind))
  const [first] = others
  if (first === undefined) return
  const what =
    first.kind === 'counter' ? 'a counter' : `of another kind (${kindTitles[first.kind]}, ${first.type})`
  throw failure(
    `${countOf(others.length, 'key')} named with --key: no entry, but ${what}; nothing was invalidated`,
  )
}

/** A wrong namespace would seem to work. */
async function noteUnknown(
  { terminal }: CommandRun,
  { connection, names, namespace }: OpenNamespace,
): Promise<void> {
  if (Number(await connection.client.call('EXISTS', names.generation)) === 1) return
  const { namespaces } = await findNamespaces(connection)
  const others = namespaces.length === 0 ? 'found none' : `found: ${namespaces.join(', ')}`
  terminal.note(`Note: no cache has used the namespace ${namespace} here lately; ${others}.`)
}
