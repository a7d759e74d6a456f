import { countOf, duration } from '../terminal/units.ts'
import { ok, warn, type Finding } from './finding.ts'
import type { ServerFacts } from './server-facts.ts'

/** More than this behind, and a failover loses a noticeable part. */
const mostLagSeconds = 10

/** The replicas of a master. */
export function checkReplicas({ info }: ServerFacts): Finding[] {
  if (info === undefined || info.get('role') !== 'master') return []
  const replicas = [...info]
    .filter(([field]) => /^slave\d+$/.test(field))
    .map(([, text]) => parseReplica(text))
  if (replicas.length === 0)
    return [ok('replicas', 'none; while the server is down, reads go to their loaders')]
  const bad = replicas.filter(({ state, lagSeconds }) => state !== 'online' || lagSeconds > mostLagSeconds)
  if (bad.length === 0) {
    return [
      ok(
        'replicas',
        `${countOf(replicas.length, 'replica')} online; a failover begins a new epoch, so what it may have lost is not used`,
      ),
    ]
  }
  const list = bad.map(
    ({ address, state, lagSeconds }) => `${address} ${state}, ${duration(lagSeconds * 1000)} behind`,
  )
  return [
    warn(
      'replicas',
      `${list.join('; ')}`,
      'look into the log of the replica; a failover to it would lose writes',
    ),
  ]
}

function parseReplica(text: string): { address: string; state: string; lagSeconds: number } {
  const fields = new Map(text.split(',').map((field) => field.split('=', 2) as [string, string]))
  return {
    address: `${fields.get('ip') ?? '?'}:${fields.get('port') ?? '?'}`,
    state: fields.get('state') ?? 'unknown',
    lagSeconds: Number(fields.get('lag') ?? 0),
  }
}
