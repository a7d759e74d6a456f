import { Cluster, type Redis } from 'ioredis'

interface Queues {
  readonly commandQueue?: { readonly length: number }
  readonly offlineQueue?: { readonly length: number }
}

/** Watches a client, from before a cache is made on it, for what that leaves behind. */
export class Traces {
  readonly #client: Redis | Cluster
  readonly #listeners: string
  readonly #unhandled: unknown[] = []
  readonly #onUnhandled = (reason: unknown): void => void this.#unhandled.push(reason)

  constructor(client: Redis | Cluster) {
    this.#client = client
    this.#listeners = listenersOf(client)
    process.on('unhandledRejection', this.#onUnhandled)
  }

  /** Commands that wait in the client for a reply or a connection. */
  get queued(): number {
    return nodesOf(this.#client).reduce<number>((sum, node) => {
      const { commandQueue, offlineQueue } = node as Queues
      return sum + (commandQueue?.length ?? 0) + (offlineQueue?.length ?? 0)
    }, 0)
  }

  /** What there is now that was not there before, in the client and in the process. */
  get left(): {
    readonly queued: number
    readonly listeners: string
    readonly unhandled: readonly unknown[]
  } {
    const listeners = listenersOf(this.#client)
    return {
      queued: this.queued,
      listeners: listeners === this.#listeners ? '' : listeners,
      unhandled: this.#unhandled,
    }
  }

  stop(): void {
    process.off('unhandledRejection', this.#onUnhandled)
  }
}

function nodesOf(client: Redis | Cluster): unknown[] {
  return client instanceof Cluster ? [client, ...client.nodes()] : [client]
}

/** How many listen to which event. A Cluster's nodes come and go, so only its own listeners count. */
function listenersOf(client: Redis | Cluster): string {
  const counts = client.eventNames().map((name) => `${String(name)} ${String(client.listenerCount(name))}`)
  return counts.sort().join()
}
