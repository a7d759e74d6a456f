import { channel, type Channel } from 'node:diagnostics_channel'
import { CacheConfigError, type CacheError } from '../errors.ts'

/**
 * What a cache tells its listeners, by the event's name. `definition` is the key template of the definition, or `'ad-hoc'`
 * for `cache.getOrSet`: an event carries neither a key, nor parameters, nor a value, and its errors do not either.
 */
export interface CacheEvents {
  /** A read found a fresh value in that tier. */
  hit: { readonly definition: string; readonly tier: 'redis' | 'memory' }
  /** A stale value was handed out: while it is loaded again (`revalidate`), or because that failed or took too long. */
  stale: { readonly definition: string; readonly reason: StaleReason }
  /** A read found no usable value, and why. */
  miss: { readonly definition: string; readonly reason: MissReason }
  /** A caller waits for a load of this process that was already on its way. */
  joined: { readonly definition: string }
  /** A caller waits for a load of another process, as often as it does so. */
  waited: { readonly definition: string }
  /** A value is being loaded again in the background: it is stale, or will be soon (`early`). */
  refresh: { readonly definition: string; readonly reason: 'early' | 'stale' }
  /** A loader finished, or threw (`failed`), after that many milliseconds. */
  load: { readonly definition: string; readonly durationMs: number; readonly failed: boolean }
  /** A value was stored; `bytes` is its size in Redis, header and tags included. */
  fill: { readonly definition: string; readonly bytes: number }
  /** A value was not stored because it was invalidated, or overtaken, while it was loaded or written. */
  fillDiscarded: { readonly definition: string }
  /** Redis acknowledged an invalidation of so many keys or tags; of a sweep (`pattern`, `all`), what it removed. */
  invalidate: { readonly kind: 'key' | 'tag' | 'pattern' | 'all'; readonly count: number }
  /** An invalidation could not be done: it was rejected, or waits for Redis (`queued`). Alert on those not queued. */
  invalidationFailed: { readonly queued: boolean; readonly error: CacheError }
  /** So many invalidations that had waited for Redis were done. */
  invalidationReplayed: { readonly count: number }
  /** A Redis operation, such as `read` or `fill`, failed or timed out; reads went on without it. */
  storeError: { readonly operation: string; readonly error: CacheError }
  /** A stored value could not be read, or a value could not be encoded: its readers got what was loaded. */
  codecError: { readonly definition: string; readonly error: CacheError }
  /** Redis could not be asked before and answers again. */
  recovered: Readonly<Record<string, never>>
  /** The breaker stopped asking Redis (`open`), probes it (`half-open`), or lets everything through again (`closed`). */
  breaker: { readonly state: 'closed' | 'open' | 'half-open' }
  /**
   * A server was met that may have lost acknowledged writes (a failover, a restart): older entries became misses, unless
   * they were `kept` at the user's wish.
   */
  epoch: { readonly kept: boolean }
  /** The near tier was emptied and is passed by until its messages can be trusted again, or is used again (`trusted`). */
  nearTier: { readonly bypassed: boolean; readonly reason: 'gap' | 'lost' | 'silent' | 'trusted' }
  /** Something that a developer should look at. A listener is told of earlier ones when it is added. */
  warning: { readonly message: string }
}

/** Why a stale value was handed out: it is loaded again meanwhile, that failed, or it took longer than `softTimeout`. */
export type StaleReason = 'revalidate' | 'error' | 'timeout'

/** Why a read found nothing to use. */
export type MissReason =
  /** Nothing was stored, or somebody loads it for the first time. */
  | 'absent'
  /** Its `ttl` was over. */
  | 'expired'
  /** One of its tags was invalidated, or the tag's marker is gone. */
  | 'tag'
  /** It was stored before a failover that may have lost invalidations. */
  | 'epoch'
  /** It was stored under another `version` of the definition. */
  | 'version'
  /** It could not be decoded, or did not fit the schema. */
  | 'undecodable'
  /** The caller asked for a fresh value. */
  | 'fresh'
  /** Redis did not answer, or could not be trusted. */
  | 'unreachable'

/** Name of an event. */
export type CacheEventName = keyof CacheEvents

/**
 * Called with each event of one name, at once and in the asynchronous context of what caused it. What it throws or rejects
 * with is swallowed: a listener cannot break a read.
 */
export type CacheEventListener<Name extends CacheEventName> = (event: CacheEvents[Name]) => void

/** What subscribers of the diagnostics channel `vidnest:cache:<event name>` receive, from every cache of the process. */
export type CacheChannelMessage<Name extends CacheEventName> = CacheEvents[Name] & {
  /** Namespace of the cache that it happened in. */
  readonly namespace: string
}

/** Every name: one that is missing does not compile. */
const eventNames: Readonly<Record<CacheEventName, true>> = {
  hit: true,
  stale: true,
  miss: true,
  joined: true,
  waited: true,
  refresh: true,
  load: true,
  fill: true,
  fillDiscarded: true,
  invalidate: true,
  invalidationFailed: true,
  invalidationReplayed: true,
  storeError: true,
  codecError: true,
  recovered: true,
  breaker: true,
  epoch: true,
  nearTier: true,
  warning: true,
}

type Listener = (event: never) => unknown

/** Those who hear of the events of one name. */
interface Topic {
  /** Replaced, never changed: an event reaches those who listened when it happened. */
  listeners: readonly { readonly listener: Listener }[]
  readonly channel: Channel
}

/** Delivers events to listeners and diagnostics channels; costs nothing for names that nobody listens to. */
export class EventBus {
  readonly #namespace: string
  readonly #topics = new Map<string, Topic>()
  readonly #warnings = new Set<string>()

  constructor(namespace: string) {
    this.#namespace = namespace
    for (const name of Object.keys(eventNames))
      this.#topics.set(name, { listeners: [], channel: channel(`vidnest:cache:${name}`) })
  }

  /** Whether an event of that name would reach anyone: ask before building one. */
  has(name: CacheEventName): boolean {
    const { listeners, channel: subscribed } = this.#topic(name)
    return listeners.length > 0 || subscribed.hasSubscribers
  }

  /** Adds a listener; the result removes it. @throws {CacheConfigError} for a name that no event has. */
  on<Name extends CacheEventName>(name: Name, listener: CacheEventListener<Name>): () => void {
    const topic = this.#topic(name)
    if (typeof listener !== 'function') throw new CacheConfigError('listener', 'must be a function')
    const subscription = { listener }
    topic.listeners = [...topic.listeners, subscription]
    if (name === 'warning') for (const message of this.#warnings) deliver(listener, { message })
    return () => {
      topic.listeners = topic.listeners.filter((one) => one !== subscription)
    }
  }

  /** Emits a warning, once for each message; who listens later is told then. */
  warn(message: string): void {
    if (this.#warnings.has(message)) return
    this.#warnings.add(message)
    this.emit('warning', { message })
  }

  /** The warnings so far. */
  get warnings(): readonly string[] {
    return [...this.#warnings]
  }

  emit<Name extends CacheEventName>(name: Name, event: CacheEvents[Name]): void {
    const { listeners, channel: subscribed } = this.#topic(name)
    for (const { listener } of listeners) deliver(listener, event)
    if (subscribed.hasSubscribers) subscribed.publish({ namespace: this.#namespace, ...event })
  }

  #topic(name: CacheEventName): Topic {
    const topic = this.#topics.get(name)
    if (topic !== undefined) return topic
    throw new CacheConfigError(
      'event',
      `there is none of this name; there are ${Object.keys(eventNames).join(', ')}`,
    )
  }
}

/** A listener's fault is its own, also where it is an `async` function. */
function deliver(listener: Listener, event: unknown): void {
  try {
    const outcome = listener(event as never)
    if (outcome instanceof Promise) outcome.catch(() => undefined)
  } catch {
    // Nobody to tell.
  }
}
