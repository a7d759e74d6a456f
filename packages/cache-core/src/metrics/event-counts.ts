import type { CacheEventName } from '../observability/events.ts'
import { eventMetrics } from './event-metrics.ts'
import type { ObservedCache } from './observed-caches.ts'
import { Samples } from './samples.ts'

/** Counts the events that the statistics do not, from now on. */
export class EventCounts {
  readonly #counts = new Samples()
  readonly #unsubscribe: (() => void)[] = []

  constructor(caches: readonly ObservedCache[]) {
    for (const cache of caches) {
      for (const name of Object.keys(eventMetrics) as CacheEventName[]) this.#listen(cache, name)
    }
  }

  /** Adds the counts of a namespace: zeros too, since a rate needs a first value to rise from. */
  addTo(samples: Samples, namespace: string, definitions: Iterable<string>): void {
    const ofDefinitions = [...definitions].map((definition) => ({ namespace, definition }))
    for (const metric of Object.values(eventMetrics)) {
      if (metric === true) continue
      const zeros = metric.per === 'definition' ? ofDefinitions : [{ namespace }]
      for (const labels of zeros) samples.add(metric, labels, 0)
      for (const { labels, value } of this.#counts.of(metric)) {
        if (labels.namespace === namespace) samples.add(metric, labels, value)
      }
    }
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe()
  }

  #listen<Name extends CacheEventName>(cache: ObservedCache, name: Name): void {
    const metric = eventMetrics[name]
    if (metric === true) return
    const { namespace } = cache
    const unsubscribe = cache.on(name, (event) => {
      const labels = 'definition' in event ? { namespace, definition: event.definition } : { namespace }
      this.#counts.add(metric, labels, metric.amount(event))
    })
    this.#unsubscribe.push(unsubscribe)
  }
}
