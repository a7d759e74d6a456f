import { afterEach, describe, expect, test, vi } from 'vitest'
import { scripts } from '../../src/redis/scripts.generated.ts'
import { closeAll, connect, connectCache, uniqueNamespace } from '../support/connect.ts'
import { blindJoin, withScripts } from '../support/mutants.ts'
import { overtakeLoad, ways, type Outcome } from './overtaken-load.ts'
import { createCache, type InvalidateTarget } from '../../src/index.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  await closeAll()
})

const fresh: Outcome = { during: 'new', after: 'new', afterElsewhere: 'new' }

describe.each(Object.entries(ways))('a load that is overtaken by an invalidation of %s', (_, target) => {
  test('is not seen by anyone who reads after it', async () => {
    const { cache } = await connectCache({ namespace: uniqueNamespace() })
    expect(await overtakeLoad(cache, cache, target)).toEqual(fresh)
  })

  test('is not seen either when another process invalidated', async () => {
    const namespace = uniqueNamespace()
    const reader = await connectCache({ namespace })
    const editor = await connectCache({ namespace })
    expect(await overtakeLoad(reader.cache, editor.cache, target)).toEqual(fresh)
  })

  test('would be joined by a later read without the join by lease (rule 7)', async () => {
    blindJoin()
    const { cache } = await connectCache({ namespace: uniqueNamespace() })
    expect((await overtakeLoad(cache, cache, target)).during).toBe('old')
  })
})

// Mutation twins: with a rule taken out, the same scenario ends stale, so the tests above would notice.
const namesTheEntry = ['its key', 'a pattern', 'all'] as const
const namesItsTag = ['a tag known before the load', 'a tag that the value tells'] as const

test.each(namesTheEntry)(
  'without the compare-and-set (rule 4), an invalidation of %s leaves the old value',
  async (way) => {
    const settle = scripts.settle.lua.replace(/return 'void'/g, '')
    expect((await overtakeWith({ settle }, ways[way])).after).toBe('old')
  },
)

test.each(namesItsTag)(
  'without the generation (rule 8), an invalidation of %s leaves the old value',
  async (way) => {
    const acquire = scripts.acquire.lua.replace(
      'local function answer(',
      "generation = '8999999999999999'\n$&",
    )
    expect((await overtakeWith({ acquire }, ways[way])).after).toBe('old')
  },
)

/** The same scenario with some scripts broken on purpose. */
async function overtakeWith(
  broken: Readonly<Record<string, string>>,
  target: InvalidateTarget,
): Promise<Outcome> {
  const cache = createCache({
    redis: withScripts(await connect(), broken),
    namespace: uniqueNamespace(),
    redisTimeout: '2s',
  })
  try {
    return await overtakeLoad(cache, cache, target)
  } finally {
    await cache.close()
  }
}
