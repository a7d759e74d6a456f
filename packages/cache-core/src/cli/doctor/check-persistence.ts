import { ok, problem, warn, type Finding } from './finding.ts'
import type { ServerFacts } from './server-facts.ts'

/** What the server keeps on disk: counters need it, entries do not. */
export function checkPersistence({ info, config }: ServerFacts, hasCounters: boolean): Finding[] {
  if (info === undefined) return []
  const failed = failures(info)
  if (failed.length > 0) return failed
  const hasAof = info.get('aof_enabled') === '1'
  const hasSnapshots = (config.get('save') ?? '') !== ''
  const fsync = config.get('appendfsync')
  const kept = hasAof
    ? `an append-only file${fsync === undefined ? '' : ` (appendfsync ${fsync})`}`
    : hasSnapshots
      ? 'snapshots'
      : config.has('save')
        ? 'nothing'
        : 'no append-only file'
  const message = `the server keeps ${kept} on disk`
  if (!hasCounters)
    return [ok('persistence', `${message}; entries need none: after a restart older ones are not used`)]
  if (!hasAof) {
    return [
      problem(
        'persistence',
        `${message}, so counts that are not yet in their source are lost with it`,
        'set appendonly yes and appendfsync always on the server that holds counters',
      ),
    ]
  }
  if (fsync !== undefined && fsync !== 'always') {
    return [
      warn(
        'persistence',
        `${message}, so acknowledged counts of the last second can be lost`,
        'set appendfsync always on the server that holds counters',
      ),
    ]
  }
  return [ok('persistence', message)]
}

function failures(info: ReadonlyMap<string, string>): Finding[] {
  const failed: Finding[] = []
  if (info.get('rdb_last_bgsave_status') === 'err') {
    failed.push(
      problem(
        'persistence',
        'the last snapshot failed; unless stop-writes-on-bgsave-error is off, the server refuses all writes (MISCONF)',
        'look into its log; the disk may be full, or the folder not writable',
      ),
    )
  }
  if (info.get('aof_last_write_status') === 'err' || info.get('aof_last_bgrewrite_status') === 'err') {
    failed.push(
      problem(
        'persistence',
        'writing the append-only file failed, so the server refuses all writes (MISCONF)',
        'look into its log; the disk may be full, or the folder not writable',
      ),
    )
  }
  return failed
}
