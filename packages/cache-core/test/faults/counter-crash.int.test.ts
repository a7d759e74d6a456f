import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { closeAll, connectCache, testRedisUrl, uniqueNamespace } from '../support/connect.ts'
import { counterSink, type CounterCrashPoint } from '../support/counter-sink.ts'
import { eventually } from '../support/eventually.ts'
import { killAll, killAt, runTo } from '../support/kill-at.ts'
import { ownRedis, stopServers } from '../support/trouble.ts'

afterEach(async () => {
  killAll()
  await closeAll()
  await stopServers()
})

const program = new URL('../support/counter-process.ts', import.meta.url)

/** A process that counts beside those that are killed. */
async function survivor(url = testRedisUrl()) {
  const namespace = uniqueNamespace()
  const { cache, redis } = await connectCache({ namespace, redisTimeout: '10s' }, url)
  const sink = counterSink(redis, namespace)
  const seed = ({ id }: { id: unknown }) => sink.read(`views:${String(id)}`)
  const counter = cache.counter({ key: 'views:{id}', seed, sink })
  const shown = async (id: number): Promise<number> => {
    // Else it would be the count that Redis shows, which deltas that were lost would still be in.
    await counter.reset({ id })
    return counter.get({ id })
  }
  const inSource = async (id: number): Promise<number> => (await sink.read(`views:${String(id)}`)).value
  const args = (job: string, point: CounterCrashPoint): string[] => [url, namespace, job, point]
  return { namespace, counter, sink, redis, shown, inSource, args }
}

test.each([
  ['C0', 'before counterAdd', 0],
  ['C1', 'after counterAdd', 1],
] as const)(
  'fault 29, %s: an increment that is killed %s is counted once at most, and nothing else is touched',
  async (_, point, unknown) => {
    const one = await survivor()
    await one.counter.increment({ id: 1 }, 5)
    await killAt(program, one.args('increment', point))
    expect(await one.shown(1)).toBe(5 + unknown)
    await one.counter.flush()
    expect(await one.inSource(1)).toBe(5 + unknown)
    expect(await one.counter.pending()).toBe(0)
  },
)

const points = [
  ['C2', 'before lastApplied'],
  ['C2', 'after lastApplied'],
  ['C2', 'before counterTake'],
  ['C3', 'after counterTake'],
  ['C3', 'before apply'],
  ['C4', 'in the middle of apply'],
  ['C5', 'after apply'],
  ['C6', 'before counterAck'],
  ['C7', 'after counterAck'],
] as const

test.each(points)(
  'fault 29, %s: of what was acknowledged before a flush was killed %s, and after it, each is counted once',
  async (_, point) => {
    const one = await survivor()
    await one.counter.increment({ id: 1 }, 5)
    await one.counter.increment({ id: 2 }, 3)
    await killAt(program, one.args('flush', point))
    expect([await one.shown(1), await one.shown(2)]).toEqual([5, 3])
    await one.counter.increment({ id: 2 }, 4)
    expect([await one.shown(1), await one.shown(2)]).toEqual([5, 7])
    await one.counter.flush()
    expect([await one.inSource(1), await one.inSource(2), await one.counter.pending()]).toEqual([5, 7, 0])
  },
)

test.each(['after counterTake', 'in the middle of apply', 'before counterAck'] as const)(
  'fault 29, C8: a flush that stops %s while another finishes its batch and the next, and then goes on, adds nothing',
  async (point) => {
    const one = await survivor()
    await one.counter.increment({ id: 1 }, 5)
    await one.counter.increment({ id: 2 }, 3)
    const taken = await runTo(program, one.args('flush', point))
    await one.counter.flush()
    await one.counter.increment({ id: 1 }, 2)
    await one.counter.flush()
    expect(taken.exitCode).toBeNull()
    const ended = once(taken, 'exit')
    // It goes on with what it took, and ends when its work is done.
    taken.kill('SIGUSR2')
    expect(await ended).toEqual([0, null])
    expect([await one.inSource(1), await one.inSource(2), await one.counter.pending()]).toEqual([7, 3, 0])
  },
)

test.each(['before counterTake', 'in the middle of apply', 'before counterAck'] as const)(
  'fault 29, C9: when a flush is killed %s, and Redis after it, whose log is complete, each is counted once',
  async (point) => {
    const server = await ownRedis(['--appendonly', 'yes', '--appendfsync', 'always'])
    const one = await survivor(server.url)
    await one.counter.increment({ id: 1 }, 5)
    await one.counter.increment({ id: 2 }, 3)
    await killAt(program, one.args('flush', point))
    await server.kill()
    await server.restart()
    await eventually(async () => {
      expect([await one.shown(1), await one.shown(2)]).toEqual([5, 3])
    })
    await eventually(() => one.counter.flush())
    expect([await one.inSource(1), await one.inSource(2), await one.counter.pending()]).toEqual([5, 3, 0])
  },
)

test('fault 29, C12: after Redis has lost everything, batches are numbered on, and what is counted then is counted once', async () => {
  const one = await survivor()
  await one.counter.increment({ id: 1 }, 5)
  await one.counter.flush()
  await one.counter.increment({ id: 1 }, 2)
  const lost = await one.redis.keys(`*{${one.namespace}:*`)
  const names = [...lost, ...(await one.redis.keys(`${one.namespace}:*`))]
  expect(names.length).toBeGreaterThan(1)
  await one.redis.del(...names)
  // The open window is lost, and no more.
  expect(await one.shown(1)).toBe(5)
  await one.counter.increment({ id: 1 }, 4)
  await one.counter.flush()
  expect(await one.inSource(1)).toBe(9)
})
