import { isCacheError } from '../errors.ts'
import type { EntryStore } from '../store/entry-store.ts'
import type { EntryRequest } from './entry-request.ts'
import type { Judge, Verdict } from './judge.ts'

/** What a look at the cache comes to. */
export type Look = Verdict | { readonly kind: 'unreachable' }

export const unreachable: Look = { kind: 'unreachable' }

/** What looking is made of. */
export interface LookerOptions {
  readonly store: EntryStore
  readonly judge: Judge
  /** Whether what Redis holds may be believed: not while invalidations wait to be done. */
  readonly trusts: () => boolean
}

/** Looks at the cache; what Redis does not say, or may not be believed, is unreachable, never an error. */
export class Looker {
  readonly #options: LookerOptions

  constructor(options: LookerOptions) {
    this.#options = options
  }

  async look(request: EntryRequest): Promise<Look> {
    const { trusts, judge, store } = this.#options
    if (!trusts()) return unreachable
    try {
      const trust = store.trust()
      if (trust !== undefined) await trust
      return await judge.look(request)
    } catch (error) {
      if (isCacheError(error)) return unreachable
      throw error
    }
  }

  /** The same for many, in one round trip per node. */
  async lookMany(requests: readonly EntryRequest[]): Promise<readonly Look[]> {
    const { trusts, judge, store } = this.#options
    if (requests.length === 0 || !trusts()) return requests.map(() => unreachable)
    try {
      const trust = store.trust()
      if (trust !== undefined) await trust
      return await judge.lookMany(requests)
    } catch (error) {
      if (isCacheError(error)) return requests.map(() => unreachable)
      throw error
    }
  }
}
