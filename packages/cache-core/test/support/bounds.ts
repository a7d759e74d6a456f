import { AssertionError } from 'node:assert'
import { TestRunner } from 'vitest'
import { LatenessMeter, type Measured } from './lateness.ts'

/** What can be said of a bound. */
export type Verdict = 'kept' | 'broken' | 'too busy to tell'

/** How much longer servers may take that share the machine with those of other tests. */
const besideOthers = 4

/** Below it, lateness is noise beside the slack that every bound has. */
const leastTolerableMs = 50

/**
 * Time in which the event loop was late does not count, as in the deadlines of the package itself. Where that or the
 * machine's lateness is more than a quarter of the bound, what took longer than it proves nothing.
 */
export function judge({ elapsedMs, loopMs, lateMs }: Measured, boundMs: number): Verdict {
  if (elapsedMs <= boundMs) return 'kept'
  if (lateMs > Math.max(leastTolerableMs, boundMs / 4)) return 'too busy to tell'
  return elapsedMs - loopMs <= boundMs ? 'kept' : 'broken'
}

/** Expects a bound to be kept. Where the machine is too busy to tell, the test is annotated; with `VIDNEST_BOUNDS=1` it fails. */
export async function expectWithin(measured: Measured, boundMs: number, what: string): Promise<void> {
  const isQuiet = process.env['VIDNEST_BOUNDS'] === '1'
  const verdict = judge(measured, isQuiet ? boundMs : besideOthers * boundMs)
  const { elapsedMs, lateMs } = measured
  const found = `${what}: bound ${boundMs.toFixed()} ms, took ${elapsedMs.toFixed()} ms, late ${lateMs.toFixed()} ms`
  if (verdict === 'kept') return
  if (verdict === 'broken' || isQuiet) throw new AssertionError({ message: `${verdict}: ${found}` })
  await TestRunner.getCurrentTest()?.context.annotate(`${verdict}: ${found}`, 'bounds')
}

/** Measures calls, and remembers the longest. */
export class Stopwatch {
  readonly #meter = new LatenessMeter()
  #measured: Measured[] = []

  /** From now to when the result is called. */
  start(): () => Measured {
    return this.#meter.measure()
  }

  /** Measures a call, whatever it comes to. */
  async time<Result>(call: () => Result | Promise<Result>): Promise<Result> {
    const end = this.start()
    try {
      return await call()
    } finally {
      this.#measured.push(end())
    }
  }

  /** Expects each call since the last time to have kept the bound. */
  async expectEachWithin(boundMs: number, what: string): Promise<void> {
    const measured = this.#take()
    const [worst] = measured.sort((a, b) => rank(b, boundMs) - rank(a, boundMs) || b.elapsedMs - a.elapsedMs)
    if (worst === undefined) throw new Error('nothing was measured')
    await expectWithin(worst, boundMs, what)
  }

  /** As {@link expectEachWithin}, for that share of the calls: one may meet a garbage collection. */
  async expectShareWithin(share: number, boundMs: number, what: string): Promise<void> {
    const measured = this.#take().sort((a, b) => a.elapsedMs - a.loopMs - (b.elapsedMs - b.loopMs))
    const last = measured[Math.ceil(share * measured.length) - 1]
    if (last === undefined) throw new Error('nothing was measured')
    await expectWithin(last, boundMs, what)
  }

  /** Forgets what was measured. */
  clear(): void {
    this.#measured = []
  }

  stop(): Promise<void> {
    return this.#meter.stop()
  }

  #take(): Measured[] {
    const measured = this.#measured
    this.#measured = []
    return measured
  }
}

/** A broken bound is worse than one that nobody can tell. */
function rank(measured: Measured, boundMs: number): number {
  return ['kept', 'too busy to tell', 'broken'].indexOf(judge(measured, boundMs))
}
