import { CollectionTags } from '../queries/collection-tags.ts'
import type { Registration } from '../registration.ts'
import type { WriteOrigin } from '../writes/write-operation.ts'
import { writeMethods } from '../writes/write-operation.ts'
import { interceptBulkBuilder } from './bulk-builder.ts'
import { CollectionTarget } from './collection-target.ts'
import type { MongooseCollection } from './mongoose-like.ts'
import { interceptCall } from './intercept-call.ts'

/** A method of a collection. */
export type CollectionMethod = (...args: unknown[]) => unknown

const stateOfCollection = Symbol.for('@vidnest/mongoose-plugin/collection')

interface StateOwner {
  [stateOfCollection]?: InterceptedCollection
}

const bulkBuilders = ['initializeOrderedBulkOp', 'initializeUnorderedBulkOp'] as const

/**
 * A collection object of Mongoose whose write methods are wrapped, once. It is where every write of every model of the
 * collection, and every `Model.collection` call, comes by with its final filter, options and session.
 */
export class InterceptedCollection {
  readonly collection: MongooseCollection
  readonly target: CollectionTarget
  readonly #originals = new Map<string, CollectionMethod>()
  /** By the object that was given to the plugin, so that one that reaches several schemas counts once. */
  readonly #registrations = new Map<object, Registration>()
  /** Origins of calls that wait for the connection and come by again, by their first argument. */
  readonly #waiting = new WeakMap<object, WriteOrigin>()
  readonly #views = new Map<string, MongooseCollection>()
  #tags: { readonly db: string; readonly tags: CollectionTags } | undefined

  private constructor(collection: MongooseCollection) {
    this.collection = collection
    this.target = new CollectionTarget(collection)
  }

  /** The state of a collection object, whose methods are wrapped the first time. */
  static of(collection: MongooseCollection): InterceptedCollection {
    const owner = collection as MongooseCollection & StateOwner
    const known = owner[stateOfCollection]
    if (known !== undefined) return known
    const state = new InterceptedCollection(collection)
    Object.defineProperty(collection, stateOfCollection, { value: state })
    state.#wrap()
    return state
  }

  /** The state of a collection object (or of a view of it) that was wrapped. */
  static known(collection: object | null | undefined): InterceptedCollection | undefined {
    return (collection as StateOwner | null | undefined)?.[stateOfCollection]
  }

  get registrations(): readonly Registration[] {
    return [...this.#registrations.values()]
  }

  register(registration: Registration): void {
    if (!this.#registrations.has(registration.options))
      this.#registrations.set(registration.options, registration)
  }

  /** The method as it was before it was wrapped. */
  original(method: string): CollectionMethod {
    const original = this.#originals.get(method)
    if (original === undefined) throw new Error(`the collection has no method ${method}`)
    return original
  }

  /** Whether a call would be queued until the connection opens, and then come by again. */
  get isWaiting(): boolean {
    const { collection } = this
    return collection.buffer === true && collection._shouldBufferCommands?.() !== false
  }

  /** The tags of cached queries; another connection string may bring another database. */
  tags(db: string): CollectionTags {
    if (this.#tags?.db !== db)
      this.#tags = { db, tags: new CollectionTags(db, this.collection.collectionName) }
    return this.#tags.tags
  }

  /** The view of that name, made the first time. */
  view(name: string, make: () => MongooseCollection): MongooseCollection {
    const view = this.#views.get(name) ?? make()
    this.#views.set(name, view)
    return view
  }

  rememberOrigin(args: readonly unknown[], origin: WriteOrigin): void {
    const [first] = args
    if (typeof first === 'object' && first !== null) this.#waiting.set(first, origin)
  }

  originOf(args: readonly unknown[]): WriteOrigin {
    const [first] = args
    return (
      (typeof first === 'object' && first !== null ? this.#waiting.get(first) : undefined) ?? {
        source: 'raw',
      }
    )
  }

  #wrap(): void {
    for (const method of writeMethods) {
      this.#replace(method, (...args) => interceptCall(this, { method, args, origin: this.originOf(args) }))
    }
    for (const method of bulkBuilders) {
      this.#replace(method, (...args) =>
        interceptBulkBuilder(this, this.original(method).apply(this.collection, args)),
      )
    }
  }

  #replace(method: string, replacement: CollectionMethod): void {
    const original = (this.collection as unknown as Record<string, unknown>)[method]
    if (typeof original !== 'function') return
    this.#originals.set(method, original as CollectionMethod)
    Object.defineProperty(this.collection, method, {
      value: replacement,
      writable: true,
      configurable: true,
      enumerable: false,
    })
  }
}
