import type { Subject } from '../contestants/contestant.ts'
import { ioredis } from '../contestants/ioredis.ts'
import type { Bench } from './workload.ts'

/** What every contestant is compared with: the work done by hand, on keys of its own. */
export function openFloor({ url }: Bench, load: (id: string) => Promise<unknown>): Promise<Subject> {
  return ioredis.open({ url, tier: 'redis', namespace: 'floor', maxEntries: 1, load })
}
