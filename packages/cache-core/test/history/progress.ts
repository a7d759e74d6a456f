import { connectCache } from '../support/connect.ts'
import type { Experiment } from './experiment.ts'

const turnMs = 20
const longestMs = 5000

/**
 * P8: the rows that are no hits within five seconds for a process that comes anew and reads them. The time is counted in
 * turns of its own, so that one in which the machine had no time for it does not count.
 */
export async function rowsWithoutHit(experiment: Experiment): Promise<number[]> {
  const { cache } = await connectCache({ namespace: experiment.namespace }, experiment.url)
  const rows = cache.define({
    key: 'row:{id}',
    policy: { ttl: '3s', negativeTtl: '3s' },
    tags: ({ id }) => ['rows', `row:${String(id)}`],
    load: ({ id }) => experiment.readRow(Number(id)),
  })
  const isHit = async (id: number): Promise<boolean> => {
    for (let turn = 0; turn < longestMs / turnMs; turn += 1) {
      // Whoever waits for a load that has died does so far longer than this.
      void rows.getOrSet({ id }).catch(() => undefined)
      if (await rows.has({ id })) return true
      await new Promise((resolve) => setTimeout(resolve, turnMs))
    }
    return false
  }
  const hits = await Promise.all(experiment.rows.map(isHit))
  return experiment.rows.filter((key) => hits[key] !== true)
}
