import { attend } from './attend.ts'
import { loadedInBatch, type EntryRequest } from './entry-request.ts'
import { LoadBatch, type LoadMany } from './load-batch.ts'
import { missReason, unreachable, wantsFresh, type Looker } from './looker.ts'
import type { NearReads } from './near-reads.ts'
import { ReadCounts } from './read-counts.ts'
import type { ReadCall, ReadThrough } from './read-through.ts'
import type { LoaderTools } from './run-loader.ts'
import type { EntryStore } from '../store/entry-store.ts'

/** What reading many is made of. */
export interface ReadManyOptions extends Pick<LoaderTools, 'events' | 'bulkhead'> {
  readonly store: EntryStore
  readonly looker: Looker
  readonly near: NearReads | undefined
  readonly readThrough: ReadThrough
}

/** Reads of many entries: one look at all of them, and then each goes on as a read of its own. */
export class ReadMany {
  readonly #options: ReadManyOptions
  readonly #counts: ReadCounts

  constructor(options: ReadManyOptions) {
    this.#options = options
    this.#counts = new ReadCounts(options.events)
  }

  /** The cached values that are fresh, in order; one round trip per node. */
  async getMany(requests: readonly EntryRequest[], signal: AbortSignal | undefined): Promise<unknown[]> {
    const looks = await attend(this.#options.looker.lookMany(requests), signal)
    return requests.map((request, index) => {
      const look = looks[index] ?? unreachable
      if (look.kind === 'near') return look.value
      if (look.kind === 'hit') this.#counts.hit(request, this.#options.store.tier)
      else this.#counts.miss(request, missReason(look))
      return look.kind === 'hit' ? look.value : undefined
    })
  }

  /** The cached values, or those of `loadMany`, in order: one look at all, one load for all that are missing. */
  async getOrSetMany(
    requests: readonly EntryRequest[],
    call: ReadCall,
    loadMany: LoadMany | undefined,
  ): Promise<unknown[]> {
    const { looker, near, readThrough, bulkhead } = this.#options
    call.signal?.throwIfAborted()
    if (call.fresh) for (const request of requests) near?.forget(request)
    const looks = call.fresh ? [] : await attend(looker.lookMany(requests), call.signal)
    const batch = loadMany === undefined ? undefined : new LoadBatch(requests.length, loadMany, bulkhead)
    const read = async (request: EntryRequest, index: number): Promise<unknown> => {
      const look = looks[index] ?? wantsFresh
      if (batch === undefined) return readThrough.goOn(request, look, call)
      const onDecided = (): void => batch.decided(index)
      const own = loadedInBatch(request, (context) => batch.load(index, context))
      try {
        return await readThrough.goOn(own, look, { ...call, onDecided })
      } finally {
        // Whatever ends a read early must not keep the batch waiting for it.
        onDecided()
      }
    }
    return Promise.all(requests.map(read))
  }
}
