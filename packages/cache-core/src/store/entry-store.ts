/** What a read finds in a slot and in the markers that were asked for with it. */
export interface SlotRead {
  /** The slot's text; `null` when it is absent. */
  readonly slot: string | null
  /** The markers' texts in the order asked; `null` for a missing one. */
  readonly markers: readonly (string | null)[]
}

/** A slot and the tags whose markers are to be read with it. */
export interface SlotQuestion {
  readonly key: string
  readonly tags: readonly string[]
}

/** A right to store what a load returns, until it is settled, lapses or is voided. */
export interface Lease {
  readonly key: string
  readonly token: string
  /** `refresh`: the lease lies in the header of a value that stays servable. */
  readonly mode: 'lease' | 'refresh'
  /** The namespace's generation before the load. */
  readonly generation: number
  /** The epoch before the load. */
  readonly epoch: string
}

/** What became of a wish for a lease. */
export type AcquireResult =
  | { readonly outcome: 'leased'; readonly lease: Lease }
  /** A load of somebody else is on its way. */
  | { readonly outcome: 'held'; readonly token: string }
  /** A value was stored meanwhile: read again. */
  | { readonly outcome: 'value' }
  /** A writer's barrier stands: load without storing. */
  | { readonly outcome: 'barred' }
  /** The slot is of a later format: load without storing. */
  | { readonly outcome: 'foreign' }

/** What to take a lease for. */
export interface AcquireRequest {
  readonly key: string
  /** Tags known before the load. */
  readonly tags: readonly string[]
  /** Token of what the caller found in the slot; `''` for nothing. */
  readonly judged: string
  /** `load` replaces what was found, `refresh` leaves it servable meanwhile, `claim` overtakes whoever loads. */
  readonly intent: 'load' | 'refresh' | 'claim'
  /** Longest life of an entry that may follow, in ms; `Infinity` for ever. */
  readonly lifeMs: number
}

/**
 * How a load ends: with a value to store, with nothing to keep (`remove`), with a value that is not to be stored (`skip`),
 * or as if it had not been (`release`: the only one that does not ask whether the load was overtaken by a tag).
 */
export interface SettleRequest {
  readonly lease: Lease
  readonly action: 'store' | 'remove' | 'skip' | 'release'
  /** All tags of the value. */
  readonly tags: readonly string[]
  /** Life of the entry in ms; `Infinity` for ever. */
  readonly lifeMs: number
  /** The slot's new text, for `store`. */
  readonly slot: string
}

/** Another life for a stored value. */
export interface ExpireRequest {
  readonly key: string
  /** Token of the version that is meant. */
  readonly token: string
  /** All tags of the value. */
  readonly tags: readonly string[]
  /** How long it is to be fresh from now, in ms; `Infinity` for ever. */
  readonly freshMs: number
  /** How long it is to be kept, in ms; `Infinity` for ever. */
  readonly lifeMs: number
}

/** `void`: overtaken or invalidated meanwhile, so nothing was stored. */
export type SettleResult = 'ok' | 'void'

/** One page of a sweep. */
export interface SweepPage {
  readonly scanned: number
  readonly removed: number
}

/** `hard` ends every right to serve an entry, `soft` makes it stale from now. */
export type InvalidationMode = 'hard' | 'soft'

/** What a writer's barrier stands before. */
export interface BarrierTargets {
  readonly keys: readonly string[]
  readonly tags: readonly string[]
}

/** A writer's barrier: while it stands, nothing is stored for its targets. */
export interface Barrier {
  /** Name of the writer. */
  readonly writer: string
  /** Life in ms from now; 0 takes the barrier away. */
  readonly lifeMs: number
  /** Token of a lease of the writer's own, which is not voided. */
  readonly own?: string
}

/**
 * Where entries live, so that an invalidated value never comes back (`docs/guide/guarantee.md` tells how); `storeContract`
 * checks what a store owes to that. Keys are full names, with the namespace; tags are without it. A slot's text is the
 * store's to keep, and its header the store's to write into: the layout is in `src/envelope/slot.ts`.
 *
 * Each call happens as a whole or not at all, whatever happens beside it; where keys and markers live on different servers,
 * what that cannot be true for is ordered as the protocol says. A call settles within the store's deadline, or rejects with
 * a CacheError: then nobody knows whether it was, or will be, done.
 */
export interface EntryStore {
  /** Where its entries are, for events and for `entry()`. */
  readonly tier: 'redis' | 'memory'
  /** The epoch that holds now, 8 characters: an entry of another one is a miss. */
  readonly epoch: string
  /** Whether single commands are done in the order in which they are sent, whatever they are for. */
  readonly isInOrder: boolean
  /**
   * Makes sure that what is read may be believed; `undefined` when it may already. @throws {CacheError} when Redis cannot
   * say.
   */
  trust(): Promise<void> | undefined
  /**
   * Reads slot and markers in one round trip. An absent or expired slot and a missing marker are `null`; whether a value may
   * be used, its reader decides.
   */
  read(key: string, tags: readonly string[]): Promise<SlotRead>
  /** Reads many slots with their markers, in the order asked, in one round trip per node. */
  readMany(reads: readonly SlotQuestion[]): Promise<readonly SlotRead[]>
  /**
   * Takes the slot's lease for a load, or says why not: of many who ask at once one gets it. Garbage is overwritten. The
   * lease lapses after 3 s unless it is renewed; the markers of the tags exist afterwards.
   */
  acquire(request: AcquireRequest): Promise<AcquireResult>
  /** Prolongs a lease to 3 s from now, if it still stands; whether it did. One that is gone does not come back. */
  renew(lease: Lease): Promise<boolean>
  /**
   * Ends a load under its lease: does what it asks only if the slot still holds this very lease, no barrier stands, no tag
   * was invalidated since the lease was taken, and the epoch is the same; otherwise the lease is given back, a value that it
   * lay in stays, and the result is `void`.
   */
  settle(request: SettleRequest): Promise<SettleResult>
  /** Gives a value another life, if it is still the version that is meant; whether it was. */
  expire(request: ExpireRequest): Promise<boolean>
  /**
   * Removes the slots (`hard`), or makes values stale from now and removes leases (`soft`); either voids the loads that are
   * under way. Resolves, once that is sure, to how many were there.
   */
  invalidateKeys(keys: readonly string[], mode: InvalidationMode): Promise<number>
  /** Makes every entry that carries one of the tags void, or stale, and voids the loads that will carry one. */
  invalidateTags(tags: readonly string[], mode: InvalidationMode): Promise<void>
  /**
   * Voids what the targets name, and puts a barrier before them or takes it away; resolves to how many slots were there.
   * Only its writer or the end of its life takes a barrier away.
   */
  bar(targets: BarrierTargets, barrier: Barrier): Promise<number>
  /**
   * Goes through all names that fit the glob (as SCAN's MATCH) and invalidates the entries and leases among those that
   * `wanted` accepts; one page at a time, so that the caller can pace and stop it. What is there from its beginning to its
   * end is found; what holds no entry stays.
   */
  sweep(glob: string, options: SweepOptions): AsyncIterable<SweepPage>
}

/** What a sweep invalidates. */
export interface SweepOptions {
  readonly wanted: (key: string) => boolean
  /** `count` changes nothing. */
  readonly mode: InvalidationMode | 'count'
}
