import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { contestants } from '../../src/contestants/all-contestants.ts'
import type { Contestant, Subject, Tier } from '../../src/contestants/contestant.ts'
import { video } from '../../src/payloads.ts'
import { countingLoader, fill, type CountingLoader } from '../../src/workloads/fill.ts'

const everySetup = contestants.flatMap((contestant) => contestant.tiers.map((tier) => ({ contestant, tier })))
const open: Subject[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((subject) => subject.close()))
})

interface Opened {
  readonly subject: Subject
  readonly loader: CountingLoader
}

interface OpenOptions {
  readonly tier: Tier
  readonly tags?: (id: string) => string[]
}

async function openSubject(contestant: Contestant, options: OpenOptions): Promise<Opened> {
  const url = process.env['VIDNEST_TEST_REDIS_URL']
  if (url === undefined) throw new Error('VIDNEST_TEST_REDIS_URL is not set: run this in the int project')
  const loader = countingLoader(video)
  const subject = await contestant.open({
    url,
    namespace: `peers-${randomUUID().slice(0, 8)}`,
    maxEntries: 100,
    load: loader.load,
    ...options,
  })
  open.push(subject)
  return { subject, loader }
}

/** With default settings some libraries load when Redis is late, as it may be on a machine that runs other tests. */
const patient = { retry: 3 }

describe.each(everySetup)('$contestant.name, tier $tier', ({ contestant, tier }) => {
  it('loads what is missing, then hits and returns what the loader returned', patient, async () => {
    const { subject, loader } = await openSubject(contestant, { tier })
    await fill(subject, ['1', '2'], loader)
    const loads = loader.runs()
    expect(await subject.read('1')).toEqual(video('1'))
    expect(await subject.read('2')).toEqual(video('2'))
    expect(loader.runs()).toBe(loads)
  })
})

const inRedis = contestants.filter(({ tiers }) => tiers.includes('redis'))

describe.each(inRedis)('$name', (contestant) => {
  it('has calls that do what the workloads take them for', patient, async () => {
    const tags = (id: string): string[] => [`tag-${id}`]
    const { subject, loader } = await openSubject(contestant, { tier: 'redis', tags })
    const { readMany, invalidate, invalidateTag, clear } = subject
    const loadsAfter = async (call: () => Promise<unknown>): Promise<number> => {
      await fill(subject, ['1', '2'], loader)
      await call()
      const before = loader.runs()
      await subject.read('1')
      await subject.read('2')
      return loader.runs() - before
    }
    await fill(subject, ['1', '2'], loader)
    expect({
      many: readMany && (await readMany(['2', '1'])),
      invalidate: invalidate && (await loadsAfter(() => invalidate('1'))),
      invalidateTag: invalidateTag && (await loadsAfter(() => invalidateTag('tag-2'))),
      clear: clear && (await loadsAfter(clear)),
    }).toEqual({
      many: readMany && [video('2'), video('1')],
      invalidate: invalidate && 1,
      invalidateTag: invalidateTag && 1,
      clear: clear && 2,
    })
  })
})
