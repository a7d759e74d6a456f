import type { CacheEventName, CacheEvents } from '../observability/events.ts'

/** An event with its name. */
export type RecordedEvent<Name extends CacheEventName = CacheEventName> = {
  [One in Name]: { readonly name: One } & CacheEvents[One]
}[Name]

/** What of each event is the same from run to run, in words. */
const words: {
  readonly [Name in CacheEventName]: (event: CacheEvents[Name]) => readonly (string | number)[]
} = {
  hit: ({ definition, tier }) => [definition, `(${tier})`],
  stale: ({ definition, reason }) => [definition, `(${reason})`],
  miss: ({ definition, reason }) => [definition, `(${reason})`],
  joined: ({ definition }) => [definition],
  waited: ({ definition }) => [definition],
  refresh: ({ definition, reason }) => [definition, `(${reason})`],
  load: ({ definition, failed }) => (failed ? [definition, '(failed)'] : [definition]),
  fill: ({ definition }) => [definition],
  fillDiscarded: ({ definition }) => [definition],
  invalidate: ({ kind, count }) => [kind, count],
  invalidationFailed: ({ queued, error }) => [error.code, queued ? '(queued)' : '(rejected)'],
  invalidationReplayed: ({ count }) => [count],
  storeError: ({ operation, error }) => [operation, error.code],
  codecError: ({ definition, error }) => [definition, error.code],
  recovered: () => [],
  breaker: ({ state }) => [state],
  epoch: ({ kept }) => [kept ? '(kept)' : '(changed)'],
  nearTier: ({ bypassed, reason }) => [bypassed ? 'bypassed' : 'used', `(${reason})`],
  warning: ({ message }) => [message],
}

/** Every name that an event may have. */
export const eventNames: readonly CacheEventName[] = Object.keys(words) as CacheEventName[]

/** An event as one line of text. */
export function traceLine(event: RecordedEvent): string {
  return [event.name, ...words[event.name](event as never)].join(' ')
}
