import { CacheStoreError, CacheTimeoutError } from '../../errors.ts'
import type {
  AcquireRequest,
  AcquireResult,
  Barrier,
  BarrierTargets,
  EntryStore,
  ExpireRequest,
  InvalidationMode,
  Lease,
  SettleRequest,
  SettleResult,
  SlotQuestion,
  SlotRead,
  SweepOptions,
  SweepPage,
} from '../../store/entry-store.ts'
import { delay } from '../../time/clock.ts'
import type { Trouble } from './trouble.ts'

/** When a caller that is not answered gives up, in ms. */
const deadlineMs = 100

/** A store with trouble on its way: calls fail as one on a server may, which its callers must live with. */
export class ChaosStore implements EntryStore {
  readonly isInOrder = false
  readonly #store: EntryStore
  readonly #trouble: Trouble

  constructor(store: EntryStore, trouble: Trouble) {
    this.#store = store
    this.#trouble = trouble
  }

  get tier(): EntryStore['tier'] {
    return this.#store.tier
  }

  get epoch(): string {
    return this.#store.epoch
  }

  trust(): Promise<void> | undefined {
    return this.#trouble.isDown ? Promise.reject(failure('trust')) : this.#store.trust()
  }

  read(key: string, tags: readonly string[]): Promise<SlotRead> {
    return this.#meet('read', () => this.#store.read(key, tags))
  }

  readMany(reads: readonly SlotQuestion[]): Promise<readonly SlotRead[]> {
    return this.#meet('readMany', () => this.#store.readMany(reads))
  }

  acquire(request: AcquireRequest): Promise<AcquireResult> {
    return this.#meet('acquire', () => this.#store.acquire(request))
  }

  renew(lease: Lease): Promise<boolean> {
    return this.#meet('renew', () => this.#store.renew(lease))
  }

  settle(request: SettleRequest): Promise<SettleResult> {
    return this.#meet('settle', () => this.#store.settle(request))
  }

  expire(request: ExpireRequest): Promise<boolean> {
    return this.#meet('expire', () => this.#store.expire(request))
  }

  invalidateKeys(keys: readonly string[], mode: InvalidationMode): Promise<number> {
    const invalidate = (some: readonly string[]): Promise<number> => this.#store.invalidateKeys(some, mode)
    return this.#meet('invalidateKeys', () => invalidate(keys), halfOf(keys, invalidate))
  }

  invalidateTags(tags: readonly string[], mode: InvalidationMode): Promise<void> {
    const invalidate = (some: readonly string[]): Promise<void> => this.#store.invalidateTags(some, mode)
    return this.#meet('invalidateTags', () => invalidate(tags), halfOf(tags, invalidate))
  }

  bar({ keys, tags }: BarrierTargets, barrier: Barrier): Promise<number> {
    const barKeys = (some: readonly string[]): Promise<number> =>
      this.#store.bar({ keys: some, tags: [] }, barrier)
    return this.#meet('bar', () => this.#store.bar({ keys, tags }, barrier), halfOf(keys, barKeys))
  }

  /** Each page is an operation of its own, so a sweep may fail after some of them. */
  async *sweep(glob: string, options: SweepOptions): AsyncIterable<SweepPage> {
    const pages = this.#store.sweep(glob, options)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const page = await this.#meet('sweep', () => pages.next())
        if (page.done === true) return
        yield page.value
      }
    } finally {
      await pages.return?.()
    }
  }

  #meet<Result>(
    name: string,
    run: () => Promise<Result>,
    runPart: () => Promise<Result> = run,
  ): Promise<Result> {
    return this.#trouble.meet({
      name,
      run,
      runPart,
      lateMs: 2 * deadlineMs,
      error: () => failure(name),
      silence: async () => {
        await delay(this.#trouble.clock, deadlineMs)
        throw new CacheTimeoutError('store', `there was no answer within ${deadlineMs} ms`)
      },
    })
  }
}

function failure(operation: string): CacheStoreError {
  return new CacheStoreError(operation, 'the call was made to fail')
}

/** Does it for the first half, and fails. */
function halfOf<Result>(
  all: readonly string[],
  run: (some: readonly string[]) => Promise<Result>,
): () => Promise<Result> {
  return async () => {
    if (all.length > 1) await run(all.slice(0, all.length / 2))
    throw failure('part')
  }
}
