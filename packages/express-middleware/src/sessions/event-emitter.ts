import type { SessionEvents } from './sessions.ts'

type Listener = (event: never) => void

/** Tells listeners; what they throw is their own fault. */
export class SessionEmitter {
  readonly #listeners = new Map<keyof SessionEvents, Set<Listener>>()

  on<Name extends keyof SessionEvents>(
    name: Name,
    listener: (event: SessionEvents[Name]) => void,
  ): () => void {
    const listeners = this.#listeners.get(name) ?? new Set<Listener>()
    this.#listeners.set(name, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  emit<Name extends keyof SessionEvents>(name: Name, event: SessionEvents[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        ;(listener as (event: SessionEvents[Name]) => void)(event)
      } catch {
        // The session stands or falls without it.
      }
    }
  }

  clear(): void {
    this.#listeners.clear()
  }
}
