import { describe, expect, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { fresh, loads, overtakeLoad, ways, type Way } from '../fence/overtaken-load.ts'

/** Those that need no hand in Redis. */
const ownWays = Object.entries<Way>(ways).filter(([name]) => !/by hand|eviction/.test(name))

describe.each(ownWays)('without Redis, a load that is overtaken by %s', (_, way) => {
  test.each(Object.keys(loads) as (keyof typeof loads)[])(
    'and was begun by %s is not seen by anyone who reads after it',
    async (load) => {
      const cache = createCache({ namespace: 'n' })
      const processes = { reader: cache, editor: cache, redis: undefined as never }
      expect(await overtakeLoad(processes, way, load)).toEqual(fresh)
    },
  )
})
