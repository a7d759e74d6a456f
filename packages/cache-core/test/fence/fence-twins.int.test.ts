import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { closeAll, closeLater, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { joinByKey, withScripts, type BrokenScripts } from '../support/mutants.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'
import { onOneServer } from './broken-scripts.ts'
import {
  allLoads,
  flushAll,
  overtakeLoad,
  ways,
  type LoadName,
  type Outcome,
  type Processes,
  type Way,
} from './overtaken-load.ts'

// Mutation twins: with a rule taken out, the scenario of the fence matrix ends stale, so that the matrix would notice.

afterEach(async () => {
  await closeAll()
  await stopServers()
})

const hasTags = (way: Way): boolean => way.tags !== undefined || way.valueTags !== undefined
const allWays = Object.entries<Way>({ ...ways, FLUSHALL: flushAll })
const withoutTags = allWays.filter(([, way]) => !hasTags(way))
const withTags = allWays.filter(([, way]) => hasTags(way))
const byTag = allWays.filter(([name]) => name.startsWith('a tag'))

const serverFor = async (name: string): Promise<string | undefined> =>
  name === 'FLUSHALL' ? (await ownRedis()).url : undefined

/** One process, whose cache runs scripts that are broken on purpose. */
async function breaking(broken: BrokenScripts, url?: string): Promise<Processes> {
  const redis = await connect(url)
  const cache = createCache({
    redis: withScripts(redis, broken),
    namespace: uniqueNamespace(),
    redisTimeout: '2s',
  })
  closeLater(() => cache.close())
  return { reader: cache, editor: cache, redis }
}

const overtakeWith = async (broken: BrokenScripts, way: Way, load: LoadName): Promise<Outcome> =>
  overtakeLoad(await breaking(broken), way, load)

describe.each(allWays)('without the join by lease (rule 7), %s', (name, way) => {
  test.each(allLoads)('would not keep readers from joining %s', async (load) => {
    onTestFinished(joinByKey('without asking'))
    const { cache, redis } = await connectCache({ namespace: uniqueNamespace() }, await serverFor(name))
    expect((await overtakeLoad({ reader: cache, editor: cache, redis }, way, load)).during).toBe('old')
  })
})

describe.each(withoutTags)('without the compare-and-set (rule 4), %s', (_, way) => {
  test.each(allLoads)('leaves the old value of %s', async (load) => {
    expect((await overtakeWith(onOneServer.comparing, way, load)).after).toBe('old')
  })
})

describe.each(byTag)('without the generation (rule 8), %s', (_, way) => {
  test.each(allLoads)('leaves the old value of %s', async (load) => {
    const world = await breaking(onOneServer.generation)
    // A marker that is there judges by itself; one that is missing is refused because the generation has moved.
    await world.editor.invalidate([{ tag: 'videos' }, { tag: 'owner:7' }])
    expect((await overtakeLoad(world, way, load)).after).toBe('old')
  })
})

// What is known before is caught by more than one rule: the next reader takes the doomed lease over.
test.each(['a single read', 'a batch'] as const)(
  'without the markers at the fill (rule 10), a tag that the value tells leaves the old value of %s',
  async (load) => {
    expect((await overtakeWith(onOneServer.markers, ways['a tag that the value tells'], load)).after).toBe(
      'old',
    )
  },
)

describe.each(withTags)('without compare-and-set and markers at the fill (rules 4, 10), %s', (name, way) => {
  test.each(allLoads)('leaves the old value of %s', async (load) => {
    const world = await breaking(onOneServer.comparingAndMarkers, await serverFor(name))
    expect((await overtakeLoad(world, way, load)).after).toBe('old')
  })
})
