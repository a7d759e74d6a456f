import type { Report } from '../step.ts'
import { startRedis } from '../redis/start-redis.ts'

export interface SharedRedis {
  readonly url: string
  /** Stops it if it was started here. */
  stop(): Promise<void>
}

/**
 * A Redis that others may use too: the one at `REDIS_URL`, else a started one. `VIDNEST_REDIS` asks for a kind
 * and therefore always starts one. Never stop, flush or pause what this returns.
 */
export const useRedis = async (report?: Report): Promise<SharedRedis> => {
  const url = process.env['REDIS_URL'] ?? ''
  const kind = process.env['VIDNEST_REDIS'] ?? ''
  if (url !== '' && kind === '') {
    report?.({ server: 'Redis', title: 'REDIS_URL', state: 'done', elapsedMs: 0 })
    return { url, stop: async () => undefined }
  }
  return startRedis(report === undefined ? {} : { report })
}
