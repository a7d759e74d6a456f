import type { KeyBuilder } from '../keys/define-key.ts'
import type { Clock, Timer } from '../time/clock.ts'
import type { CounterSink } from './counter.ts'
import type { CounterStore } from './counter-store.ts'

/** What flushing takes. */
export interface FlusherOptions {
  readonly store: CounterStore
  readonly sink: CounterSink
  readonly key: KeyBuilder<unknown>
  /** Name of the deltas' shard at the sink. */
  readonly shard: string
  readonly clock: Clock
  /** 0 flushes only when asked. */
  readonly everyMs: number
  /** Told of a flush by the timer that failed: the next one goes on with the same batch. */
  readonly onError: (error: unknown) => void
}

/**
 * Brings deltas to the sink, batch by batch: take, apply, acknowledge. A crash after any step leaves the batch in Redis,
 * and whoever flushes next applies the same numbered batch again, which the sink does at most once.
 */
export class Flusher {
  readonly #options: FlusherOptions
  #running: Promise<number> | undefined
  #timer: Timer | undefined
  #closed = false

  constructor(options: FlusherOptions) {
    this.#options = options
    this.#schedule()
  }

  /** Flushes all that is pending; resolves to how many counters that were. */
  flush(): Promise<number> {
    this.#running ??= this.#flush().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    await this.flush()
  }

  async #flush(): Promise<number> {
    const { store, sink, shard, key } = this.#options
    let lastApplied = await sink.lastApplied(shard)
    let flushed = 0
    for (;;) {
      const batch = await store.take(lastApplied)
      if (batch === undefined) return flushed
      const deltas = batch.deltas.flatMap(([name, delta]) => {
        const params = key.parse(name) as Readonly<Record<string, string>> | undefined
        return params === undefined ? [] : [{ key: name, params, delta }]
      })
      await sink.apply({ shard, id: batch.id, deltas })
      await store.acknowledge(batch.id)
      lastApplied = batch.id
      flushed += deltas.length
    }
  }

  #schedule(): void {
    const { clock, everyMs, onError } = this.#options
    if (everyMs === 0 || this.#closed) return
    this.#timer = clock.setTimer(everyMs, () => {
      this.flush()
        .catch(onError)
        .finally(() => {
          this.#schedule()
        })
    })
  }
}
