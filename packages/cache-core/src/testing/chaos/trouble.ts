import { systemClock, type Clock, delay } from '../../time/clock.ts'
import { seededRandom } from '../seeded-random.ts'
import { resolveFaults, type ChaosFaults, type Fate, type ResolvedFaults } from './faults.ts'

/** What a {@link Chaos} did so far. */
export interface ChaosCounts {
  /** Operations that were concerned. */
  readonly operations: number
  readonly errors: number
  readonly hangs: number
  readonly lostReplies: number
  readonly partials: number
}

/** An operation, and how what is wrapped makes trouble of it. */
export interface Operation<Result> {
  readonly name: string
  readonly run: () => Promise<Result>
  /** Does a part of it and fails; left out where it has no parts, which is then done as a whole. */
  readonly runPart?: () => Promise<Result>
  /** How long after its caller asked it may still be done when its reply is lost, in ms. */
  readonly lateMs?: number
  /** How its failure looks. */
  readonly error: () => Error
  /** What a caller gets who is never answered. */
  readonly silence: () => Promise<never>
}

/** Makes the trouble: decides the fate of each operation by chance, the same for the same seed and order. */
export class Trouble {
  readonly clock: Clock
  readonly random: () => number
  readonly #counts = { operations: 0, errors: 0, hangs: 0, lostReplies: 0, partials: 0 }
  readonly #onTurn: ((isDown: boolean) => void)[] = []
  #faults: ResolvedFaults = resolveFaults({})

  constructor(seed: number, clock: Clock = systemClock) {
    this.random = seededRandom(seed)
    this.clock = clock
  }

  get isDown(): boolean {
    return this.#faults.down
  }

  get counts(): ChaosCounts {
    return { ...this.#counts }
  }

  /** Makes these troubles from now on, and no others. */
  inject(faults: ChaosFaults): void {
    const wasDown = this.isDown
    this.#faults = resolveFaults(faults)
    if (this.isDown !== wasDown) for (const tell of this.#onTurn) tell(this.isDown)
  }

  /** Calls back whenever the connection is taken away or given back. */
  onTurn(listener: (isDown: boolean) => void): void {
    this.#onTurn.push(listener)
  }

  /** Lets an operation meet its fate. */
  async meet<Result>(operation: Operation<Result>): Promise<Result> {
    const { name, run, runPart = run, lateMs = 0, error, silence } = operation
    if (this.isDown) throw error()
    const fate = this.#fateOf(name)
    const delayMs = this.#delayOf(name)
    if (delayMs > 0) await delay(this.clock, delayMs)
    if (this.isDown) throw error()
    switch (fate) {
      case 'done':
        return run()
      case 'errors':
        throw error()
      case 'hangs':
        return silence()
      case 'lostReplies':
        this.#runLater(run, lateMs * this.random())
        return silence()
      case 'partials':
        return runPart()
    }
  }

  #runLater(run: () => Promise<unknown>, afterMs: number): void {
    const done = afterMs === 0 ? run() : delay(this.clock, afterMs).then(run)
    done.catch(() => undefined)
  }

  #fateOf(operation: string): Fate {
    const { only, shares } = this.#faults
    if (!only(operation)) return 'done'
    this.#counts.operations += 1
    let chance = this.random()
    for (const [fate, share] of shares) {
      if (chance < share) {
        this.#counts[fate] += 1
        return fate
      }
      chance -= share
    }
    return 'done'
  }

  #delayOf(operation: string): number {
    const { only, latencyMs } = this.#faults
    const [least, most] = latencyMs
    return most === 0 || !only(operation) ? 0 : least + this.random() * (most - least)
  }
}
