import type { SubscriberClient } from '../../src/bus/subscriber-client.ts'

/** A connection for messages that is there when the test says so. */
export class FakeSubscriber implements SubscriberClient {
  readonly #listeners = new Map<string, (...args: unknown[]) => void>()
  readonly #connected = Promise.withResolvers<void>()
  isDisconnected = false

  connect(): Promise<void> {
    return this.#connected.promise
  }

  disconnect(): void {
    this.isDisconnected = true
    this.emit('close')
  }

  call(): Promise<unknown> {
    return Promise.resolve('OK')
  }

  subscribe(): Promise<unknown> {
    return Promise.resolve(1)
  }

  on(event: string, listener: (...args: unknown[]) => void): void {
    this.#listeners.set(event, listener)
  }

  emit(event: string, ...args: unknown[]): void {
    this.#listeners.get(event)?.(...args)
  }

  /** Is connected, once everything that follows from it has happened. */
  async accept(): Promise<void> {
    this.#connected.resolve()
    await settled()
  }

  /** Cannot be connected. */
  async refuse(error = new Error('refused')): Promise<void> {
    this.#connected.reject(error)
    await settled()
  }
}

/** Lets all promises settle that wait for nothing but each other. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
