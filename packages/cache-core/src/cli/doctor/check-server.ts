import { modeOf, productOf } from '../connection/info.ts'
import { count } from '../terminal/units.ts'
import { ok, problem, warn, type Finding } from './finding.ts'
import type { ServerFacts } from './server-facts.ts'

/** Oldest Redis whose commands are enough for the cache. */
const oldest = [6, 2] as const

/** Version, mode, role, permissions and connections. */
export function checkServer({ info, refused }: ServerFacts): Finding[] {
  const permissions =
    refused.length === 0
      ? ok('permissions', 'this user may run what the cache needs')
      : problem(
          'permissions',
          `this user may not run ${refused.join(', ')}`,
          `allow it: ACL SETUSER <user> ${refused.map((command) => `+${command.toLowerCase()}`).join(' ')}`,
        )
  if (info === undefined) {
    return [
      permissions,
      warn(
        'info',
        'INFO is refused, so failovers and restarts that lose invalidations go unnoticed, and the server cannot be examined',
        'allow it: ACL SETUSER <user> +info',
      ),
    ]
  }
  return [
    versionFinding(info),
    ok('info', 'INFO is allowed, so restarts and failovers are noticed'),
    permissions,
    ...roleFindings(info),
    ...connectionFindings(info),
  ]
}

function versionFinding(info: ReadonlyMap<string, string>): Finding {
  const mode = modeOf(info) === 'cluster' ? 'part of a Cluster' : 'one server'
  const message = `${productOf(info)}, ${mode}`
  const [major = 0, minor = 0] = (info.get('redis_version') ?? '').split('.').map(Number)
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1])
  return isOld
    ? problem('server', message, 'update it: the cache needs Redis 6.2 or newer, or Valkey')
    : ok('server', message)
}

function roleFindings(info: ReadonlyMap<string, string>): Finding[] {
  if (info.get('loading') === '1')
    return [
      problem('role', 'the server loads its data and refuses everything else', 'wait until it has loaded'),
    ]
  if (info.get('role') !== 'slave') return []
  const master = `${info.get('master_host') ?? '?'}:${info.get('master_port') ?? '?'}`
  return [
    problem(
      'role',
      `this is a replica of ${master}, which may still hold what was invalidated`,
      'give the master’s address to the cache, or its Sentinels',
    ),
  ]
}

function connectionFindings(info: ReadonlyMap<string, string>): Finding[] {
  const [clients, most] = [Number(info.get('connected_clients') ?? 0), Number(info.get('maxclients') ?? 0)]
  if (most === 0) return []
  const message = `${count(clients)} of at most ${count(most)} clients are connected`
  return clients >= most * 0.9
    ? [
        warn(
          'clients',
          message,
          'raise maxclients, or look for a program that opens a client for each request',
        ),
      ]
    : [ok('clients', message)]
}
