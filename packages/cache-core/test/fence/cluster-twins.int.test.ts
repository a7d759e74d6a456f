import { startRedisCluster, type RedisCluster } from '@vidnest/services'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { closeClusterLabs, connectCluster } from '../support/cluster-lab.ts'
import { closeAll, closeLater, connect, uniqueNamespace } from '../support/connect.ts'
import { eventually } from '../support/eventually.ts'
import { joinByKey, withScripts, type BrokenScripts } from '../support/mutants.ts'
import { onCluster } from './broken-scripts.ts'
import {
  allLoads,
  fresh,
  overtakeLoad,
  ways,
  type LoadName,
  type Processes,
  type Way,
} from './overtaken-load.ts'

// Mutation twins of the fence matrix on a Cluster, one way for each rule: there other steps follow each other.

let servers: RedisCluster

beforeAll(async () => {
  servers = await startRedisCluster({ masters: 3 })
})
afterEach(async () => {
  await closeAll()
  await closeClusterLabs()
})
afterAll(() => servers.stop())

/** One process on the Cluster, whose cache runs scripts that may be broken on purpose. */
async function breaking(broken: BrokenScripts): Promise<Processes> {
  const client = await connectCluster(servers, { commandTimeout: 10_000, socketTimeout: 10_000 })
  const cache = createCache({
    redis: withScripts(client, broken),
    namespace: uniqueNamespace(),
    redisTimeout: '2s',
  })
  closeLater(() => cache.close())
  // Nodes connect at their first command, and refuse others meanwhile.
  await eventually(() => {
    expect(client.nodes('master').map(({ status }) => status)).toEqual(['ready', 'ready', 'ready'])
  })
  return { reader: cache, editor: cache, redis: await connect() }
}

async function overtakeWith(broken: BrokenScripts, way: Way, load: LoadName) {
  const world = await breaking(broken)
  // A marker that is there judges by itself; one that is missing is refused because the generation has moved.
  await world.editor.invalidate([{ tag: 'videos' }, { tag: 'owner:7' }])
  return overtakeLoad(world, way, load)
}

const known = ways['a tag known before the load']
const told = ways['a tag that the value tells']

describe.each(allLoads)('on a Cluster, a load that was begun by %s', (load) => {
  test('is stale in none of these scenarios while every rule is kept', async () => {
    for (const way of [ways['its key'], known, told]) expect(await overtakeWith({}, way, load)).toEqual(fresh)
  })

  test('would be joined without the join by lease (rule 7)', async () => {
    onTestFinished(joinByKey('without asking'))
    expect((await overtakeWith({}, ways['its key'], load)).during).toBe('old')
  })

  test('would be stored without the compare-and-set (rule 4)', async () => {
    expect((await overtakeWith(onCluster.comparing, ways['its key'], load)).after).toBe('old')
  })

  test.each([
    ['a tag known before', known],
    ['a tag that the value tells', told],
  ])('would pass for newer than %s without the generation (rule 8)', async (_, way) => {
    expect((await overtakeWith(onCluster.generation, way, load)).after).toBe('old')
  })

  test('would be stored without compare-and-set and markers at the fill (rules 4, 10)', async () => {
    expect((await overtakeWith(onCluster.comparingAndMarkers, told, load)).after).toBe('old')
  })
})

test.each(['a single read', 'a batch'] as const)(
  'on a Cluster, a load that was begun by %s would be stored without the markers at the fill alone (rule 10)',
  async (load) => {
    expect((await overtakeWith(onCluster.markers, told, load)).after).toBe('old')
  },
)
