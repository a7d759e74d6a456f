import { setTimeout as sleep } from 'node:timers/promises'
import { quantile } from '../measure/statistics.ts'
import { video } from '../payloads.ts'
import type { Bench, Samples, Workload } from './workload.ts'

const loadMs = 20
/** Default deadline of one Redis operation in cache-core. */
const deadlineMs = 100
const nextCalls = 10

interface Call {
  readonly ms: number
  /** Whether it was answered while Redis was frozen. */
  readonly answered: boolean
}

interface Freeze {
  readonly first: Call
  readonly next: readonly Call[]
}

async function freeze(bench: Bench, read: (id: string) => Promise<unknown>, round: number): Promise<Freeze> {
  const { server, scale } = bench
  await server.pause()
  const thawAt = performance.now() + scale.frozenMs
  const thaw = sleep(scale.frozenMs)
  let calls = 0
  const call = async (): Promise<Call> => {
    calls += 1
    const startedAt = performance.now()
    await read(`cold${String(round)}-${String(calls)}`).catch(() => undefined)
    const endedAt = performance.now()
    return { ms: endedAt - startedAt, answered: endedAt < thawAt }
  }
  await sleep(100)
  const first = call()
  // The later calls do not wait for ever for a first one that is not answered.
  await Promise.race([first, sleep(scale.frozenMs / 2)])
  const next: Promise<Call>[] = []
  while (next.length < nextCalls && performance.now() < thawAt) {
    const one = call()
    next.push(one)
    await Promise.race([one, thaw])
  }
  await thaw
  await server.resume()
  return { first: await first, next: await Promise.all(next) }
}

/** A client that has just connected, so that no freeze knows of the one before. */
async function freezeAnew(bench: Bench, round: number): Promise<Freeze> {
  const subject = await bench.open({
    tier: 'redis',
    load: async (id) => {
      await sleep(loadMs)
      return video(id)
    },
  })
  const warmUp = Array.from({ length: 50 }, (_, index) =>
    subject.read(`warm${String(round)}-${String(index)}`),
  )
  await Promise.all(warmUp)
  // A fill behind its caller that ran into the freeze would be the first to notice it.
  await sleep(200)
  const outcome = await freeze(bench, subject.read, round)
  await subject.close()
  return outcome
}

async function run(bench: Bench): Promise<Samples> {
  const freezes: Freeze[] = []
  for (let round = 0; round < bench.scale.repeats; round += 1) freezes.push(await freezeAnew(bench, round))
  return {
    first: {
      own: freezes.map(({ first }) => first.ms),
      unfinished: freezes.some(({ first }) => !first.answered),
    },
    next: {
      own: freezes.map(({ next }) =>
        quantile(
          next.map(({ ms }) => ms),
          0.5,
        ),
      ),
      unfinished: freezes.some(({ next }) => next.some(({ answered }) => !answered)),
    },
  }
}

export const frozen: Workload = {
  name: 'frozen',
  title: 'Redis frozen (SIGSTOP): calls by default settings',
  about:
    'Redis answers nothing for 3 s and closes nothing. Cold keys, a loader of 20 ms: the first call 0.1 s after it froze, then 10 calls one after the other (their median). “≥”: there was no answer before Redis went on.',
  tiers: ['redis'],
  columns: [
    {
      id: 'first',
      title: 'first call',
      unit: 'ms',
      shown: 'value',
      better: 'less',
      aim: deadlineMs + loadMs + 5,
    },
    { id: 'next', title: 'next calls', unit: 'ms', shown: 'value', better: 'less', aim: loadMs + 2 },
  ],
  run,
}
