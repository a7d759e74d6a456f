import type { ValueFormats } from './codec/value-formats.ts'
import type { PolicyChoice } from './definition.ts'
import type { Engine } from './engine.ts'
import { CacheConfigError } from './errors.ts'
import { FlightBoard } from './flight/flight-board.ts'
import { SourceFlights } from './flight/source-flights.ts'
import { Guard } from './invalidation/guard.ts'
import { Invalidator } from './invalidation/invalidator.ts'
import { InvalidationQueue } from './invalidation/queue.ts'
import { WriteContext } from './invalidation/write-context.ts'
import type { Announcer } from './memory/change.ts'
import type { NearTier } from './memory/near-tier.ts'
import { OwnChanges } from './memory/own-changes.ts'
import type { EventBus } from './observability/events.ts'
import type { Recorder } from './observability/recorder.ts'
import { type Policy, resolvePolicy, type ResolvedPolicy } from './policy/policy.ts'
import { Background } from './read-through/background.ts'
import { Inspector } from './read-through/inspect.ts'
import { BackOff } from './resilience/back-off.ts'
import type { Bulkhead } from './resilience/bulkhead.ts'
import { Judge } from './read-through/judge.ts'
import { Lead } from './read-through/lead.ts'
import { LeaseWait } from './read-through/lease-wait.ts'
import { Looker } from './read-through/looker.ts'
import { NearReads } from './read-through/near-reads.ts'
import { ReadMany } from './read-through/read-many.ts'
import { ReadThrough } from './read-through/read-through.ts'
import { SchemaProbe } from './read-through/schema-probe.ts'
import { Writer } from './read-through/writer.ts'
import type { EntryStore } from './store/entry-store.ts'
import { guardMs } from './store/lifetimes.ts'
import type { KeyNames } from './store/key-names.ts'
import type { Clock } from './time/clock.ts'
import type { ServerTime } from './time/server-time.ts'

/** What an engine is wired from. */
export interface EngineParts {
  readonly store: EntryStore
  readonly names: KeyNames
  readonly clock: Clock
  readonly time: ServerTime
  readonly events: EventBus
  readonly recorder: Recorder
  readonly onFailure: 'throw' | 'queue'
  readonly waitTimeoutMs: number
  readonly policies: Readonly<Record<string, Policy>>
  readonly formats: ValueFormats
  /** The tier before Redis, where there is one. */
  readonly nearTier: NearTier | undefined
  readonly announcer: Announcer
  readonly bulkhead: Bulkhead
  readonly isClosed: () => boolean
}

/** Wires the working parts of a cache around its store. */
export function wireEngine(parts: EngineParts): Engine {
  const { store, names, clock, time, events, recorder, nearTier, isClosed } = parts
  const board = new FlightBoard()
  const background = new Background()
  const judge = new Judge(store, time, events)
  const writeContext = new WriteContext()
  const changes = new OwnChanges(nearTier, parts.announcer)
  const { invalidator, queue, guard } = wireInvalidation(parts, { board, writeContext, changes })
  const trusts = (): boolean => !isClosed() && queue.size === 0
  const near = nearTier && new NearReads({ tier: nearTier, events, trusts })
  const { bulkhead } = parts
  const schemaProbe = new SchemaProbe(events)
  const tools = { clock, events, random: Math.random, near, changes, schemaProbe, bulkhead }
  const backOff = new BackOff(clock, Math.random)
  const lead = new Lead({ ...tools, store, time, background, backOff })
  const looker = new Looker({ store, judge, near, trusts })
  const readThrough = new ReadThrough({
    ...tools,
    store,
    looker,
    lead,
    board,
    time,
    background,
    backOff,
    sourceFlights: new SourceFlights(),
    leaseWait: new LeaseWait(store, clock, time),
    waitTimeoutMs: parts.waitTimeoutMs,
  })
  return {
    names,
    invalidator,
    queue,
    guard,
    background,
    recorder,
    events,
    formats: parts.formats,
    isClosed,
    near,
    inspector: new Inspector({ judge, time, near, store, trusts }),
    readThrough,
    readMany: new ReadMany({ ...tools, store, looker, readThrough }),
    writer: new Writer({
      ...tools,
      store,
      lead,
      looker,
      writeContext,
      guard: (bareKey, write, own) => guard.run({ key: bareKey }, write, { lifeMs: guardMs, own }),
      invalidate: async (bareKey, onFailure) => {
        await invalidator.invalidate({ key: bareKey }, onFailure && { onFailure })
      },
    }),
    resolvePolicy: policyResolver(parts.policies),
  }
}

function wireInvalidation(
  { store, names, clock, events, recorder, onFailure }: EngineParts,
  tools: { readonly board: FlightBoard; readonly writeContext: WriteContext; readonly changes: OwnChanges },
): Pick<Engine, 'invalidator' | 'queue' | 'guard'> {
  const queue: InvalidationQueue = new InvalidationQueue({
    clock,
    events,
    execute: (plan) => invalidator.execute(plan),
  })
  const invalidator = new Invalidator({
    ...tools,
    store,
    names,
    events,
    counters: recorder,
    onFailure,
    queue: () => queue,
  })
  const guard = new Guard({ ...tools, store, names, clock, invalidator, onFailure })
  return { invalidator, queue, guard }
}

function policyResolver(
  policies: Readonly<Record<string, Policy>>,
): (choice: PolicyChoice, path: string) => ResolvedPolicy {
  const named = new Map(
    Object.entries(policies).map(([name, policy]) => [name, resolvePolicy(policy, `policies.${name}`)]),
  )
  return (choice, path) => {
    if (typeof choice !== 'string') return resolvePolicy(choice, path)
    const policy = named.get(choice)
    if (policy === undefined) {
      throw new CacheConfigError(
        path,
        `names no policy of this cache; there are ${[...named.keys()].join(', ') || 'none'}`,
      )
    }
    return policy
  }
}
