import type { KeyNames } from '../../store/key-names.ts'
import type { Connection } from '../connection/connection.ts'
import type { FoundNamespaces } from '../survey/find-namespaces.ts'
import type { Survey } from '../survey/survey.ts'
import { checkClient } from './check-client.ts'
import { checkMemory } from './check-memory.ts'
import { checkNamespace, hasCounters } from './check-namespace.ts'
import { checkPersistence } from './check-persistence.ts'
import { checkReplicas } from './check-replicas.ts'
import { checkServer } from './check-server.ts'
import { checkClocks, checkLatency } from './check-timing.ts'
import { joinFindings, ok, problem, warn, type Finding } from './finding.ts'
import { readFacts } from './server-facts.ts'

/** What is examined. */
export interface Patient {
  readonly connection: Connection
  /** `undefined` when no namespace was given. */
  readonly names: KeyNames | undefined
  /** Its keys, or the namespaces that could have been given; `undefined` where this user may not see them. */
  readonly keys: Survey | FoundNamespaces | undefined
}

/** Examines servers, client and keys. */
export async function examine({ connection, names, keys }: Patient): Promise<Finding[]> {
  const unusedName = names?.helper('doctor')
  const facts = await Promise.all(connection.masters().map((server) => readFacts(server, unusedName)))
  const survey = keys !== undefined && 'kinds' in keys ? keys : undefined
  const counters = survey !== undefined && hasCounters(survey)
  const perServer = facts.map((each) => ({
    name: each.name,
    findings: [
      ...checkServer(each),
      ...checkMemory(each, counters),
      ...checkPersistence(each, counters),
      ...checkReplicas(each),
      ...checkLatency(each),
    ],
  }))
  return [
    ...joinFindings(perServer),
    ...(connection.isCluster ? await checkCluster(connection) : []),
    ...checkClocks(facts),
    ...checkClient(connection),
    ...(survey === undefined
      ? [namespaceUnseen(keys as FoundNamespaces | undefined)]
      : checkNamespace(survey, facts)),
  ]
}

function namespaceUnseen(found: FoundNamespaces | undefined): Finding {
  if (found === undefined) {
    return problem(
      'namespace',
      'this user may not see the keys',
      'allow it, with the names of the keys: ACL SETUSER <user> +@read +scan ~<namespace>:* ~{<namespace>:*',
    )
  }
  const { namespaces } = found
  const words = namespaces.length === 0 ? 'found none here' : `found here: ${namespaces.join(', ')}`
  return warn('namespace', `none was given, so no keys were looked at; ${words}`, 'give one with --namespace')
}

async function checkCluster({ client, masters }: Connection): Promise<Finding[]> {
  const text = String(await client.call('CLUSTER', 'INFO'))
  const state = /cluster_state:(\w+)/.exec(text)?.[1] ?? 'unknown'
  const covered = Number(/cluster_slots_ok:(\d+)/.exec(text)?.[1] ?? 0)
  const message = `state ${state}, ${String(masters().length)} masters, ${String(covered)} of 16384 slots served`
  return state === 'ok' && covered === 16_384
    ? [ok('cluster', message)]
    : [problem('cluster', message, 'look for masters that are down: redis-cli --cluster check')]
}
