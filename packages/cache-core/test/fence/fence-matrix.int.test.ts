import { afterEach, describe, expect, test } from 'vitest'
import type { MemoryOptions } from '../../src/index.ts'
import { closeAll, connectCache, uniqueNamespace } from '../support/connect.ts'
import { untilTrusted } from '../support/near-cache.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'
import { allLoads, flushAll, fresh, overtakeLoad, ways, type Processes } from './overtaken-load.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

type Where = 'same' | 'second'

/** One or two processes on one namespace. */
async function processes(where: Where, { url, memory }: Servers): Promise<Processes> {
  const options = { namespace: uniqueNamespace(), ...(memory === undefined ? {} : { memory }) }
  const { cache: reader, redis } = await connectCache(options, url)
  const editor = where === 'same' ? reader : (await connectCache(options, url)).cache
  if (memory !== undefined) await Promise.all([untilTrusted(reader), untilTrusted(editor)])
  return { reader, editor, redis }
}

interface Servers {
  /** @defaultValue the server that all tests share */
  readonly url?: string
  /** @defaultValue no near tier */
  readonly memory?: MemoryOptions
}

/** What no cache does, so that only the server can tell of it. */
const isByOthers = (name: string): boolean => /by hand|eviction|FLUSHALL/.test(name)

const allWays = Object.entries({ ...ways, FLUSHALL: flushAll })

/** Where a way needs a server of its own. */
const serverFor = async (name: string): Promise<Pick<Servers, 'url'>> =>
  name === 'FLUSHALL' ? { url: (await ownRedis()).url } : {}

describe.each(allWays)('a load that is overtaken by %s', (name, way) => {
  describe.each(['same', 'second'] as const)('of the %s process', (where) => {
    test.each(allLoads)('and was begun by %s is not seen by anyone who reads after it', async (load) => {
      const world = await processes(where, await serverFor(name))
      expect(await overtakeLoad(world, way, load)).toEqual(fresh)
    })
  })
})

describe.each(['bus', 'tracking'] as const)('with a near tier that is kept right by %s', (coherence) => {
  describe.each(allWays)('a load that is overtaken by %s', (name, way) => {
    // A bus does not tell of it: what is in memory may be served until the near tier's own TTL, and no longer.
    const isUnheard = coherence === 'bus' && isByOthers(name)
    const memory = { ttl: isUnheard ? '150ms' : '10m', coherence } as const

    describe.each(['same', 'second'] as const)('of the %s process', (where) => {
      test.each(allLoads)('and was begun by %s is not seen by anyone who reads after it', async (load) => {
        const world = await processes(where, { ...(await serverFor(name)), memory })
        const hearsLater = where === 'second' || isByOthers(name)
        expect(await overtakeLoad({ ...world, hearsLater }, way, load)).toEqual(fresh)
      })
    })
  })
})
