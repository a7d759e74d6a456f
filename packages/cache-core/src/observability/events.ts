import type { CacheError } from '../errors.ts'

/** What a cache tells its listeners. Events name the definition, never a key or a value. */
export interface CacheEvents {
  /** A fresh value was found. */
  hit: { readonly definition: string; readonly tier: 'redis' | 'memory' }
  /** A stale value was handed out: while it is loaded again (`revalidate`), or because that failed or took too long. */
  stale: { readonly definition: string; readonly reason: StaleReason }
  /** No usable value was found. */
  miss: { readonly definition: string; readonly reason: MissReason }
  /** A caller waited for a load that was already on its way. */
  joined: { readonly definition: string }
  /** A value is being loaded again in the background: it is stale, or will be soon (`early`). */
  refresh: { readonly definition: string; readonly reason: 'early' | 'stale' }
  /** A loader finished. */
  load: { readonly definition: string; readonly durationMs: number; readonly failed: boolean }
  /** A value was stored. */
  fill: { readonly definition: string; readonly bytes: number }
  /** A value was not stored because it was invalidated, or overtaken, while it loaded. */
  fillDiscarded: { readonly definition: string }
  /** Something was removed. */
  invalidate: { readonly kind: 'key' | 'tag' | 'pattern' | 'all'; readonly count: number }
  /** An invalidation could not be done: it was rejected, or queued. */
  invalidationFailed: { readonly queued: boolean; readonly error: CacheError }
  /** Queued invalidations were done. */
  invalidationReplayed: { readonly count: number }
  /** A Redis operation failed or timed out; reads went on without it. */
  storeError: { readonly operation: string; readonly error: CacheError }
  /** A stored value could not be read, or a value could not be encoded. */
  codecError: { readonly definition: string; readonly error: CacheError }
  /** Redis could not be asked before and answers again. */
  recovered: Readonly<Record<string, never>>
  /** The breaker stopped asking Redis, probes it, or lets everything through again. */
  breaker: { readonly state: 'closed' | 'open' | 'half-open' }
  /** A server was met that may have lost acknowledged writes (a failover, a restart): older entries became misses. */
  epoch: { readonly kept: boolean }
  /** The near tier was emptied and is passed by until its messages can be trusted again, or is used again. */
  nearTier: { readonly bypassed: boolean; readonly reason: 'gap' | 'lost' | 'silent' | 'trusted' }
  /** Something that a developer should look at: once per cause. */
  warning: { readonly message: string }
}

/** Why a stale value was handed out. */
export type StaleReason = 'revalidate' | 'error' | 'timeout'

/** Why a read found nothing to use. */
export type MissReason =
  | 'absent'
  | 'expired'
  | 'tag'
  | 'epoch'
  | 'version'
  | 'undecodable'
  | 'fresh'
  | 'unreachable'

/** Name of an event. */
export type CacheEventName = keyof CacheEvents

/** Called with each event of one name. What it throws is swallowed: a listener cannot break a read. */
export type CacheEventListener<Name extends CacheEventName> = (event: CacheEvents[Name]) => void

/** Delivers events; costs nothing for names that nobody listens to. */
export class EventBus {
  readonly #warned = new Set<string>()
  readonly #listeners = new Map<CacheEventName, Set<(event: never) => void>>()

  /** Whether an event of that name would reach anyone: ask before building one. */
  has(name: CacheEventName): boolean {
    return this.#listeners.has(name)
  }

  /** Adds a listener; the result removes it. */
  on<Name extends CacheEventName>(name: Name, listener: CacheEventListener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(name)
    }
  }

  /** Emits a warning, once for each message. */
  warn(message: string): void {
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    this.emit('warning', { message })
  }

  emit<Name extends CacheEventName>(name: Name, event: CacheEvents[Name]): void {
    const listeners = this.#listeners.get(name)
    if (listeners === undefined) return
    for (const listener of listeners) {
      try {
        ;(listener as CacheEventListener<Name>)(event)
      } catch {
        // A listener's fault is its own.
      }
    }
  }
}
