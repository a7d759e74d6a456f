import { createCache } from '@vidnest/cache-core'
import { createConnection } from 'mongoose'
import type { Times } from '../../src/config/times.ts'
import { createModels } from '../../src/models/models.ts'
import { defineSearchCache } from '../../src/modules/search/cache.ts'
import { defineUserCache } from '../../src/modules/users/cache.ts'
import { defineVideoCache } from '../../src/modules/videos/cache.ts'

/** Everything that is cached, defined without any server. */
export function offlineAreas(times: Times) {
  const cache = createCache({ namespace: 'offline', enabled: false })
  const nothing = (): [] => []
  const models = createModels(createConnection(), cache, {
    user: nothing,
    video: nothing,
    subscription: nothing,
    endSessions: () => Promise.resolve(),
  })
  const caches = { values: cache, counts: cache }
  return {
    ...defineUserCache(caches, models, times),
    ...defineVideoCache(caches, models, times),
    ...defineSearchCache(caches, times),
  }
}

/** The times of the tables, whatever the environment says. */
export const usualTimes: Times = {
  duration: (usual) => usual,
  lives: (ttl) => ({ ttl }),
}
