import { isCacheError } from '../errors.ts'
import type { MissReason } from '../observability/events.ts'
import type { EntryStore } from '../store/entry-store.ts'
import type { EntryRequest } from './entry-request.ts'
import type { Judge, Verdict } from './judge.ts'
import type { NearReads } from './near-reads.ts'

/** What a look at the cache comes to. */
export type Look =
  | Verdict
  | { readonly kind: 'unreachable' }
  /** A fresh value in the memory of this process, counted already. */
  | { readonly kind: 'near'; readonly value: unknown }

export const unreachable: Look = { kind: 'unreachable' }

/** Stands for a look that was not taken. */
export const wantsFresh: Look = { kind: 'miss', reason: 'fresh', judged: '' }

/** What looking is made of. */
export interface LookerOptions {
  readonly store: EntryStore
  readonly judge: Judge
  /** The tier before Redis, where there is one. */
  readonly near: NearReads | undefined
  /** Whether what Redis holds may be believed: not while invalidations wait to be done. */
  readonly trusts: () => boolean
}

/** Looks at the cache; what Redis does not say, or may not be believed, is unreachable, never an error. */
export class Looker {
  readonly #options: LookerOptions

  constructor(options: LookerOptions) {
    this.#options = options
  }

  /** Asks Redis. */
  look(request: EntryRequest): Promise<Look> {
    return this.lookThen(request, asItIs)
  }

  /** Asks Redis, and goes on with `next`; each `.then` that is spared is a turn of the microtask queue for every hit. */
  lookThen<Next>(request: EntryRequest, next: (look: Look) => Next | Promise<Next>): Promise<Next> {
    const { trusts, near } = this.#options
    if (!trusts()) return Promise.resolve(next(unreachable))
    if (near === undefined) return this.#lookThen(request, next)
    const { keep, close } = near.keeping(request)
    return this.#lookThen(
      request,
      (look) => {
        keep(look)
        return next(look)
      },
      close,
    )
  }

  /** Asks the near tier, and for the others Redis, in one round trip per node. */
  async lookMany(requests: readonly EntryRequest[]): Promise<readonly Look[]> {
    const { near } = this.#options
    if (near === undefined) return this.#lookMany(requests)
    const looks = requests.map(({ bareKey, rules }): Look | undefined => {
      const value = near.take(bareKey, rules)
      return value === undefined ? undefined : { kind: 'near', value }
    })
    const missing = requests.filter((_, index) => looks[index] === undefined)
    const found = (await near.keepingMany(missing, this.#lookMany)).values()
    return looks.map((look) => look ?? found.next().value ?? unreachable)
  }

  #lookThen<Next>(
    request: EntryRequest,
    next: (look: Look) => Next | Promise<Next>,
    onError?: () => void,
  ): Promise<Next> {
    const { judge, store } = this.#options
    const failed = (error: unknown): Next | Promise<Next> => {
      if (isCacheError(error)) return next(unreachable)
      onError?.()
      throw error
    }
    const trust = store.trust()
    if (trust === undefined) return judge.lookThen(request, next, failed)
    return trust.then(() => judge.lookThen(request, next, failed), failed)
  }

  readonly #lookMany = (requests: readonly EntryRequest[]): Promise<readonly Look[]> => {
    const { trusts, judge, store } = this.#options
    if (requests.length === 0 || !trusts()) return Promise.resolve(requests.map(() => unreachable))
    const trust = store.trust()
    const looks = trust === undefined ? judge.lookMany(requests) : trust.then(() => judge.lookMany(requests))
    return looks.catch((error: unknown) => {
      if (isCacheError(error)) return requests.map(() => unreachable)
      throw error
    })
  }
}

const asItIs = (look: Look): Look => look

/** Why a look is no hit. */
export function missReason(look: Look): MissReason {
  if (look.kind === 'miss' || look.kind === 'stale') return look.reason
  if (look.kind === 'newer') return 'version'
  return look.kind === 'unreachable' ? 'unreachable' : 'absent'
}
