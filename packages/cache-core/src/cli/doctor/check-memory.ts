import { bytes, countOf, percent } from '../terminal/units.ts'
import { ok, problem, warn, type Finding } from './finding.ts'
import type { ServerFacts } from './server-facts.ts'

/** From this share on a server that may not evict is about to refuse. */
const nearlyFull = 0.9

/** Memory limit and eviction policy, for a server that holds counters or not. */
export function checkMemory({ info }: ServerFacts, hasCounters: boolean): Finding[] {
  if (info === undefined) return []
  const used = Number(info.get('used_memory') ?? 0)
  const limit = Number(info.get('maxmemory') ?? 0)
  const policy = info.get('maxmemory_policy') ?? 'noeviction'
  const evicted = countOf(Number(info.get('evicted_keys') ?? 0), 'key')
  const amount =
    limit === 0
      ? `${bytes(used)} used, no limit`
      : `${bytes(used)} of ${bytes(limit)} used (${percent(used / limit)})`
  const message = `${amount}, ${policy}, ${evicted} evicted since the start`
  if (hasCounters && policy.startsWith('allkeys-')) {
    return [
      problem(
        'memory',
        `${message}; the server may evict counts that are not yet in their source`,
        'give counters a server of their own with maxmemory-policy noeviction',
      ),
    ]
  }
  if (limit === 0) return [warn('memory', message, limitAdvice(hasCounters))]
  if (policy === 'noeviction') return [fullFinding(message, { share: used / limit, hasCounters })]
  if (policy === 'volatile-ttl') {
    return [
      warn(
        'memory',
        `${message}; it evicts what lapses first, and that are the leases of values being loaded, which are then not stored`,
        'set maxmemory-policy allkeys-lru, or volatile-lru beside data that must stay',
      ),
    ]
  }
  return [ok('memory', message)]
}

function limitAdvice(hasCounters: boolean): string {
  const policy = hasCounters ? 'noeviction, since it holds counters' : 'allkeys-lru'
  return `set maxmemory below what the machine has, and maxmemory-policy ${policy}`
}

function fullFinding(
  message: string,
  { share, hasCounters }: { readonly share: number; readonly hasCounters: boolean },
): Finding {
  if (share >= nearlyFull) {
    return problem(
      'memory',
      `${message}; when it is full, nothing is stored any more`,
      hasCounters ? 'raise maxmemory' : 'raise maxmemory, or set maxmemory-policy allkeys-lru',
    )
  }
  if (hasCounters) return ok('memory', `${message}; right for counters`)
  return warn(
    'memory',
    `${message}; once it is full, no value is stored any more and every read loads`,
    'set maxmemory-policy allkeys-lru, or volatile-lru beside data that must stay',
  )
}
