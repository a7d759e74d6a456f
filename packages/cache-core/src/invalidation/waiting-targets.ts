import type { Plan } from './plan.ts'

type Sweep = Plan['sweeps'][number]

interface Waiting {
  /** Grows with each call, so that what is asked for again while it is being done is known to be still open. */
  readonly order: number
  /** By the clock's time: until then nothing may be stored once it is done. 0 for no hold. */
  readonly holdUntil: number
}

/** More than this become one sweep of the namespace. */
const usualCapacity = 10_000

/**
 * Targets whose invalidation is still to be done, equal ones once: the last counts. A set that grows too large becomes one
 * sweep of everything, which begins when the last hold in it would have ended, since a sweep holds nothing back.
 */
export class WaitingTargets {
  readonly #capacity: number
  readonly #keys = new Map<string, Waiting>()
  readonly #tags = new Map<string, Waiting>()
  readonly #sweeps = new Map<unknown, Waiting & { readonly sweep: Sweep }>()
  #order = 0

  constructor(capacity: number = usualCapacity) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#keys.size + this.#tags.size + this.#sweeps.size
  }

  /** Names the present moment for {@link done}. */
  get mark(): number {
    return this.#order
  }

  /** What waits, in words: `2 keys, 1 tag`. */
  describe(): string {
    const counts: [number, string][] = [
      [this.#keys.size, 'key'],
      [this.#tags.size, 'tag'],
      [this.#sweeps.size, 'sweep'],
    ]
    const some = counts.filter(([count]) => count > 0)
    return some.map(([count, noun]) => `${String(count)} ${noun}${count === 1 ? '' : 's'}`).join(', ')
  }

  add(plan: Plan, now: number): void {
    this.#order += 1
    const holdUntil = plan.holdMs > 0 ? now + plan.holdMs : 0
    for (const key of plan.keys) this.#put(this.#keys, key, holdUntil)
    for (const tag of plan.tags) this.#put(this.#tags, tag, holdUntil)
    for (const sweep of plan.sweeps) this.#putSweep(sweep, 0)
    if (this.size > this.#capacity) this.#collapse()
  }

  /**
   * What can be done now, step by step. All steps are hard: when a soft invalidation is done at last, nobody knows for how
   * long what it meant has been stale.
   */
  steps(now: number): Plan[] {
    const held = (waiting: Waiting): boolean => waiting.holdUntil > now
    const free = (waiting: Waiting): boolean => !held(waiting)
    const nothing: Plan = { keys: [], tags: [], sweeps: [], mode: 'hard', holdMs: 0 }
    // One hold for all: the longest is safe for each.
    const heldUntil = Math.max(lastHold(this.#keys), lastHold(this.#tags))
    const all: Plan[] = [
      { ...nothing, keys: namesOf(this.#keys, free) },
      { ...nothing, tags: namesOf(this.#tags, free) },
      {
        ...nothing,
        keys: namesOf(this.#keys, held),
        tags: namesOf(this.#tags, held),
        holdMs: heldUntil - now,
      },
      ...[...this.#sweeps.values()].filter(free).map(({ sweep }) => ({ ...nothing, sweeps: [sweep] })),
    ]
    return all.filter(({ keys, tags, sweeps }) => keys.length + tags.length + sweeps.length > 0)
  }

  /** Forgets what was done of what waited at the mark; what was asked for again since stays. */
  done({ keys, tags, sweeps }: Plan, mark: number): void {
    for (const key of keys) removeUpTo(this.#keys, key, mark)
    for (const tag of tags) removeUpTo(this.#tags, tag, mark)
    for (const sweep of sweeps) removeUpTo(this.#sweeps, nameOf(sweep), mark)
  }

  #put(waiting: Map<string, Waiting>, name: string, holdUntil: number): void {
    const earlier = waiting.get(name)?.holdUntil ?? 0
    waiting.set(name, { order: this.#order, holdUntil: Math.max(earlier, holdUntil) })
  }

  #putSweep(sweep: Sweep, holdUntil: number): void {
    const earlier = this.#sweeps.get(nameOf(sweep))?.holdUntil ?? 0
    this.#sweeps.set(nameOf(sweep), {
      sweep,
      order: this.#order,
      holdUntil: Math.max(earlier, holdUntil),
    })
  }

  #collapse(): void {
    const waiting = [this.#keys, this.#tags, this.#sweeps]
    const holdUntil = Math.max(...waiting.map((one) => lastHold(one)))
    for (const one of waiting) one.clear()
    this.#putSweep('all', holdUntil)
  }
}

/** Equal globs are one sweep; those that look at parameters can be told apart by nothing but themselves. */
function nameOf(sweep: Sweep): unknown {
  if (sweep === 'all') return ''
  return 'matches' in sweep ? sweep : sweep.pattern
}

function lastHold(waiting: ReadonlyMap<unknown, Waiting>): number {
  let last = 0
  for (const { holdUntil } of waiting.values()) last = Math.max(last, holdUntil)
  return last
}

function namesOf(waiting: ReadonlyMap<string, Waiting>, isMeant: (waiting: Waiting) => boolean): string[] {
  return [...waiting].filter(([, one]) => isMeant(one)).map(([name]) => name)
}

function removeUpTo<Name>(waiting: Map<Name, Waiting>, name: Name, mark: number): void {
  const found = waiting.get(name)
  if (found !== undefined && found.order <= mark) waiting.delete(name)
}
