import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { createCache, type Cache } from '../../src/index.ts'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { joinBlindly, withScripts } from '../support/mutants.ts'
import { untilTrusted } from '../support/near-cache.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'
import { fresh, loads, overtakeLoad, ways, type Outcome, type Processes, type Way } from './overtaken-load.ts'

afterEach(async () => {
  await closeAll()
  await stopServers()
})

type Load = keyof typeof loads
const allLoads = Object.keys(loads) as Load[]

/** One or two processes on one namespace. */
async function processes(where: 'same' | 'second', url?: string): Promise<Processes> {
  const namespace = uniqueNamespace()
  const { cache: reader, redis } = await connectCache({ namespace }, url)
  const editor = where === 'same' ? reader : (await connectCache({ namespace }, url)).cache
  return { reader, editor, redis }
}

describe.each(Object.entries(ways))('a load that is overtaken by %s', (_, way) => {
  describe.each(['same', 'second'] as const)('of the %s process', (where) => {
    test.each(allLoads)('and was begun by %s is not seen by anyone who reads after it', async (load) => {
      expect(await overtakeLoad(await processes(where), way, load)).toEqual(fresh)
    })
  })
})

/** What a bus cannot tell: nobody who has one is asked. */
const isUnheard = (name: string): boolean => /by hand|eviction/.test(name)

describe.each(['bus', 'tracking'] as const)('with a near tier that is kept right by %s', (coherence) => {
  const heard = Object.entries(ways).filter(([name]) => coherence === 'tracking' || !isUnheard(name))

  describe.each(heard)('a load that is overtaken by %s', (name, way) => {
    describe.each(['same', 'second'] as const)('of the %s process', (where) => {
      test.each(allLoads)('and was begun by %s is not seen by anyone who reads after it', async (load) => {
        const namespace = uniqueNamespace()
        const memory = { ttl: '10m', coherence } as const
        const { cache: reader, redis } = await connectCache({ namespace, memory })
        const editor = where === 'same' ? reader : (await connectCache({ namespace, memory })).cache
        await Promise.all([untilTrusted(reader), untilTrusted(editor)])
        const hearsLater = where === 'second' || isUnheard(name)
        expect(await overtakeLoad({ reader, editor, redis, hearsLater }, way, load)).toEqual(fresh)
      })
    })
  })
})

test.each(allLoads)('FLUSHALL voids a load that was begun by %s', async (load) => {
  const server = await ownRedis()
  const way: Way = { tags: ['videos'], valueTags: ['owner:7'], invalidate: ({ redis }) => redis.flushall() }
  expect(await overtakeLoad(await processes('second', server.url), way, load)).toEqual(fresh)
})

// Mutation twins: with a rule taken out, the same scenario ends stale, so the tests above would notice.
const hasTags = (way: Way): boolean => way.tags !== undefined || way.valueTags !== undefined
const allWays = Object.entries<Way>(ways)
const withoutTags = allWays.filter(([, way]) => !hasTags(way))
const byTag = allWays.filter(([name]) => name.startsWith('a tag'))

test.each(allWays)(
  'a load overtaken by %s would be joined without the join by lease (rule 7)',
  async (_, way) => {
    onTestFinished(joinBlindly())
    expect((await overtakeLoad(await processes('same'), way)).during).toBe('old')
  },
)

describe.each(withoutTags)('without the compare-and-set (rule 4), %s', (_, way) => {
  test.each(allLoads)('leaves the old value of %s', async (load) => {
    const settle = scripts.settle.lua.replace(/return 'void'/g, '')
    expect((await overtakeWith({ settle }, way, load)).after).toBe('old')
  })
})

describe.each(byTag)('without the generation (rule 8), %s', (_, way) => {
  test.each(['a single read', 'a batch'] as const)('leaves the old value of %s', async (load) => {
    const acquire = scripts.acquire.lua.replace(
      'local function answer(',
      "generation = '8999999999999999'\n$&",
    )
    expect((await overtakeWith({ acquire }, way, load)).after).toBe('old')
  })
})

// A tag known before is caught by more than one rule: the next reader takes the doomed lease over.
test.each(['a single read', 'a batch'] as const)(
  'without the markers at the fill (rule 10), a tag that the value tells leaves the old value of %s',
  async (load) => {
    const settle = scripts.settle.lua
      .replace('if bad then', 'if false then')
      .replace('if moved then', 'if false then')
      // The entry then passes for one that was loaded after the invalidation.
      .replace("redis.call('SET', slot, value, 'PX', lifeMs)", stampAnew)
    expect((await overtakeWith({ settle }, ways['a tag that the value tells'], load)).after).toBe('old')
  },
)

const stampAnew = `redis.call('SET', slot, string.sub(value, 1, 14) .. string.sub(redis.call('GET', generationKey), 1, 16) .. string.sub(value, 31), 'PX', lifeMs)`

/** The same scenario with some scripts broken on purpose. */
async function overtakeWith(
  broken: Readonly<Record<string, string>>,
  way: Way,
  load: Load,
): Promise<Outcome> {
  const redis = await connect()
  const cache: Cache = createCache({
    redis: withScripts(redis, broken),
    namespace: uniqueNamespace(),
    redisTimeout: '2s',
  })
  try {
    return await overtakeLoad({ reader: cache, editor: cache, redis }, way, load)
  } finally {
    await cache.close()
  }
}
