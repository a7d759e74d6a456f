import { AsyncLocalStorage } from 'node:async_hooks'

let seen: AsyncLocalStorage<true> | undefined

/** From now on, writes that the plugin sends are known as such. */
export function tellSeenWrites(): () => boolean {
  seen ??= new AsyncLocalStorage()
  const storage = seen
  return () => storage.getStore() === true
}

/** Runs what sends a write that the plugin sees, or is not to see. */
export function asSeenWrite<Result>(send: () => Result): Result {
  return seen === undefined ? send() : seen.run(true, send)
}
