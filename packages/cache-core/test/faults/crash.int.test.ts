import { afterEach, expect, test } from 'vitest'
import { closeAll, connectCache, testRedisUrl, uniqueNamespace } from '../support/connect.ts'
import type { CrashPoint } from '../support/crash-process.ts'
import { killAll, killAt } from '../support/kill-at.ts'

afterEach(async () => {
  killAll()
  await closeAll()
})

const program = new URL('../support/crash-process.ts', import.meta.url)

/** Lets a process do a job up to the point, and kills it there. */
function killIn(job: string, point: CrashPoint, namespace: string): Promise<void> {
  return killAt(program, [testRedisUrl(), namespace, job, point])
}

/** Another process, which has the row in its source. */
async function survivor() {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace, redisTimeout: '10s' })
  const sourceKey = `source:${namespace}`
  await redis.set(sourceKey, 'old', 'EX', 600)
  let loads = 0
  const row = cache.define({
    key: 'row:{id}',
    policy: { ttl: '5m' },
    tags: () => ['rows'],
    load: async () => {
      loads += 1
      return redis.get(sourceKey)
    },
  })
  return { namespace, cache, redis, row, sourceKey, loads: () => loads }
}

test.each([
  ['before acquire', 'read', 1],
  ['after acquire', 'read', 1],
  ['in the loader', 'read', 1],
  ['before settle', 'read', 1],
  ['after settle', 'read', 0],
  ['before renew', 'slow read', 1],
  ['after renew', 'slow read', 1],
] as const)(
  'fault 29: a reader that is killed %s of its %s leaves nothing that keeps others from a value, or gives them an old one',
  async (point, job, loads) => {
    const one = await survivor()
    await killIn(job, point, one.namespace)
    expect(await one.row.getOrSet({ id: 1 })).toBe('old')
    expect(one.loads()).toBe(loads)
    await one.redis.set(one.sourceKey, 'new')
    await one.cache.invalidate({ tag: 'rows' })
    expect(await one.row.getOrSet({ id: 1 })).toBe('new')
  },
)

test.each([
  ['after the commit', 'edit', 'old'],
  ['before invalidateTags', 'edit', 'old'],
  ['after invalidateTags', 'edit', 'new'],
  ['before bar', 'guarded edit of a key', 'old'],
  ['after bar', 'guarded edit of a key', 'old'],
  ['after the commit', 'guarded edit of a key', 'new'],
  ['after the commit', 'guarded edit', 'new'],
  ['before acquire', 'write-through', 'old'],
  ['after acquire', 'write-through', 'old'],
  ['after the commit', 'write-through', 'old'],
  ['before settle', 'write-through', 'old'],
  ['after settle', 'write-through', 'new'],
  ['after the commit', 'set', 'old'],
  ['before acquire', 'set', 'old'],
  ['after acquire', 'set', 'old'],
  ['before settle', 'set', 'old'],
  ['after settle', 'set', 'new'],
] as const)(
  'fault 29: of a writer that is killed %s in its %s, others read the %s row',
  async (point, job, version) => {
    const one = await survivor()
    expect(await one.row.getOrSet({ id: 1 })).toBe('old')
    await one.cache.close()
    const other = await connectCache({ namespace: one.namespace, redisTimeout: '10s' })
    const load = (): Promise<string | null> => other.redis.get(one.sourceKey)
    const row = other.cache.define({ key: 'row:{id}', policy: { ttl: '5m' }, tags: () => ['rows'], load })
    expect(await row.get({ id: 1 })).toBe('old')
    await killIn(job, point, one.namespace)
    expect(await row.getOrSet({ id: 1 })).toBe(version)
  },
)

test.each(['before sweep', 'after sweep'] as const)(
  'fault 29: of what a sweep that is killed %s has left, the next sweep misses nothing',
  async (point) => {
    const one = await survivor()
    const ids = Array.from({ length: 1200 }, (_, id) => id)
    await Promise.all(ids.map((id) => one.row.set({ id }, 'old')))
    await killIn('sweep', point, one.namespace)
    const values = new Set(await Promise.all(ids.map((id) => one.row.get({ id }))))
    expect(values).toContain('old')
    await one.cache.invalidate({ pattern: 'row:*' })
    expect(new Set(await Promise.all(ids.map((id) => one.row.getOrSet({ id }))))).toEqual(new Set(['new']))
  },
)
