import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { closeAll, connectCache, testRedisUrl, uniqueNamespace } from '../support/connect.ts'
import type { CrashPoint } from '../support/crash-process.ts'

const program = fileURLToPath(new URL('../support/crash-process.ts', import.meta.url))
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await closeAll()
})

/** Lets a process do a job up to the point, and kills it there. */
async function killAt(point: CrashPoint, job: string, namespace: string): Promise<void> {
  const args = ['--conditions=@vidnest/source', program, testRedisUrl(), namespace, job, point]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  expect(line.toString().trim()).toBe(point)
  child.kill('SIGKILL')
  await once(child, 'exit')
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
  ['before acquire', 1],
  ['after acquire', 1],
  ['in the loader', 1],
  ['before settle', 1],
  ['after settle', 0],
] as const)(
  'fault 29: a reader that is killed %s leaves nothing that keeps others from a value, or gives them an old one',
  async (point, loads) => {
    const one = await survivor()
    await killAt(point, 'read', one.namespace)
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
  ['after the commit', 'guarded edit', 'new'],
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
    await killAt(point, job, one.namespace)
    expect(await row.getOrSet({ id: 1 })).toBe(version)
  },
)
