import assert from 'node:assert/strict'
import type { Cache } from '../cache.ts'
import type { CacheEventName } from '../observability/events.ts'
import { eventNames, traceLine, type RecordedEvent } from './event-trace.ts'

/** What has the name of a definition: itself, or its key template. */
export type DefinitionName = string | { readonly name: string }

interface Waiting {
  readonly fits: (event: RecordedEvent) => boolean
  readonly resolve: (event: RecordedEvent) => void
}

/** Records what happens in a cache, for tests. */
export class EventRecorder {
  readonly #events: RecordedEvent[] = []
  readonly #waiting = new Set<Waiting>()
  readonly #stop: (() => void)[]

  constructor(cache: Pick<Cache, 'on'>) {
    this.#stop = eventNames.map((name) =>
      cache.on(name, (event) => {
        this.#record({ name, ...event } as RecordedEvent)
      }),
    )
  }

  /** Everything since the start, or since it was last cleared. */
  get events(): readonly RecordedEvent[] {
    return [...this.#events]
  }

  /** The events of one name, of one definition where it is given. */
  of<Name extends CacheEventName>(name: Name, definition?: DefinitionName): RecordedEvent<Name>[] {
    return this.#events.filter(matcher(name, definition)) as RecordedEvent<Name>[]
  }

  /**
   * What happened as text, one event a line, without what differs from run to run (times and sizes): made for snapshots.
   */
  trace(): string {
    return this.#events.map(traceLine).join('\n')
  }

  /** The first such event, whether it has come already or is yet to come, as the fill that a read does not wait for. */
  async next<Name extends CacheEventName>(
    name: Name,
    definition?: DefinitionName,
  ): Promise<RecordedEvent<Name>> {
    const fits = matcher(name, definition)
    const event =
      this.#events.find(fits) ??
      (await new Promise<RecordedEvent>((resolve) => this.#waiting.add({ fits, resolve })))
    return event as RecordedEvent<Name>
  }

  /** @throws {AssertionError} unless the definition's loader ran just so often. */
  expectLoads(definition: DefinitionName, times: number): void {
    const loads = this.of('load', definition).length
    if (loads === times) return
    const name = typeof definition === 'string' ? definition : definition.name
    assert.fail(`'${name}' was loaded ${loads} times, not ${times}:\n${this.trace() || '(no events)'}`)
  }

  /** @throws {AssertionError} unless the definition's loader ran once. */
  expectLoadedOnce(definition: DefinitionName): void {
    this.expectLoads(definition, 1)
  }

  /** @throws {AssertionError} if there was an event of one of these names. */
  expectNo(...names: readonly CacheEventName[]): void {
    const found = this.#events.filter(({ name }) => names.includes(name))
    if (found.length > 0) assert.fail(`there was what should not be:\n${found.map(traceLine).join('\n')}`)
  }

  /** Forgets what was recorded. */
  clear(): void {
    this.#events.length = 0
  }

  /** Records nothing more. */
  stop(): void {
    for (const stop of this.#stop.splice(0)) stop()
  }

  #record(event: RecordedEvent): void {
    this.#events.push(event)
    for (const waiting of this.#waiting) {
      if (!waiting.fits(event)) continue
      this.#waiting.delete(waiting)
      waiting.resolve(event)
    }
  }
}

/** Records what happens in a cache from now on. */
export function recordEvents(cache: Pick<Cache, 'on'>): EventRecorder {
  return new EventRecorder(cache)
}

function matcher(
  name: CacheEventName,
  definition: DefinitionName | undefined,
): (event: RecordedEvent) => boolean {
  const wanted = typeof definition === 'object' ? definition.name : definition
  return (event) =>
    event.name === name && (wanted === undefined || ('definition' in event && event.definition === wanted))
}
