import type { Cache } from '@vidnest/cache-core'

import type { Effect } from '../changes/effect.ts'
import { pluggedCollections } from '../connection/plugged-collections.ts'
import type { ConnectionLike } from '../interception/mongoose-like.ts'
import { invalidateChanges, type RegistrationChanges } from '../invalidation/invalidate-changes.ts'
import { registrationChanges } from '../invalidation/registration-changes.ts'
import { CollectionTags } from '../queries/collection-tags.ts'
import { collectionsOf, eventEffect } from './event-effect.ts'
import type { StreamEvent } from './stream-event.ts'

/** What the events of a stream invalidate, through the plugin's options of each collection. */
export class StreamInvalidation {
  readonly #connection: ConnectionLike
  readonly #cache: Cache

  constructor(connection: ConnectionLike, cache: Cache) {
    this.#connection = connection
    this.#cache = cache
  }

  get collections(): string[] {
    return [...pluggedCollections(this.#connection).keys()].toSorted()
  }

  /** All paths that any of the collections watches. */
  get watch(): string[] {
    const states = [...pluggedCollections(this.#connection).values()]
    return [...new Set(states.flatMap(({ registrations }) => registrations.flatMap(({ watch }) => watch)))]
  }

  /** @returns what invalidates all that depended on the events; it may be called until it resolves. */
  async prepare(events: readonly StreamEvent[]): Promise<() => Promise<void>> {
    const db = this.#connection.db?.databaseName ?? ''
    const effects = this.#effects(events)
    const changes: RegistrationChanges[] = []
    for (const [collection, { registrations }] of pluggedCollections(this.#connection)) {
      const own = effects.get(collection)
      if (own === undefined) continue
      const place = { source: 'stream', db, collection } as const
      const tags = new CollectionTags(db, collection)
      for (const registration of registrations)
        changes.push(registrationChanges(own, registration, { place, tags }))
    }
    const invalidation = await invalidateChanges(changes, undefined)
    return () => invalidation.insist()
  }

  /** Voids everything: nobody knows what was missed. */
  async sweep(): Promise<void> {
    const states = [...pluggedCollections(this.#connection).values()]
    const caches = states.flatMap(({ registrations }) => registrations.map(({ cache }) => cache))
    for (const cache of new Set([this.#cache, ...caches])) {
      await cache.invalidate('all', { onFailure: 'throw' })
    }
  }

  #effects(events: readonly StreamEvent[]): Map<string, Effect[]> {
    const watch = this.watch
    const effects = new Map<string, Effect[]>()
    for (const event of events) {
      for (const collection of collectionsOf(event)) {
        const known = effects.get(collection)
        const effect = eventEffect(event, watch)
        if (known === undefined) effects.set(collection, [effect])
        else known.push(effect)
      }
    }
    return effects
  }
}
