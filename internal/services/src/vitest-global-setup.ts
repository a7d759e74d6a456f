import type { TestProject } from 'vitest/node'
import { useMongo } from './shared/use-mongo.ts'
import { useRedis } from './shared/use-redis.ts'
import { createStepPrinter } from './step-printer.ts'

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string
    mongoUri: string
  }
}

/**
 * Runs once before the integration tests: one Redis and one MongoDB for all of them, at `inject('redisUrl')` and
 * `inject('mongoUri')`, and for child processes in `VIDNEST_TEST_REDIS_URL` and `VIDNEST_TEST_MONGO_URI`. A server
 * that cannot be had fails the run.
 */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const report = createStepPrinter()
  const [redis, mongo] = await bothOrNone(useRedis(report), useMongo(report))
  project.provide('redisUrl', redis.url)
  project.provide('mongoUri', mongo.uri)
  process.env['VIDNEST_TEST_REDIS_URL'] = redis.url
  process.env['VIDNEST_TEST_MONGO_URI'] = mongo.uri
  return async () => {
    await Promise.all([redis.stop(), mongo.stop()])
  }
}

type Stoppable = { stop(): Promise<void> }

/** Waits for both, so that everything that is missing is announced, before it fails. */
const bothOrNone = async <A extends Stoppable, B extends Stoppable>(
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> => {
  const settled = await Promise.allSettled([first, second])
  const [a, b] = settled
  if (a.status === 'fulfilled' && b.status === 'fulfilled') return [a.value, b.value]
  const reasons: unknown[] = []
  for (const result of settled) {
    if (result.status === 'fulfilled') await result.value.stop()
    else reasons.push(result.reason)
  }
  throw new Error(
    reasons.map((reason) => (reason instanceof Error ? reason.message : String(reason))).join('\n\n'),
  )
}
