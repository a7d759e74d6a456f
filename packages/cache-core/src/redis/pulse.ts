import type { Clock } from '../time/clock.ts'
import type { RedisLike } from './redis-like.ts'

/** How often one operation may try what does not answer, in ms. */
const probeEveryMs = 500
/** Waits below this are none, in ms. */
const shortestWaitMs = 1

/** A time without the reply that is due. */
interface Silence {
  /** When that reply was asked for. */
  readonly since: number
  probedAt: number
}

/**
 * What all clients of a server know of it: a server that answers none of them costs their users one deadline, not one for
 * each client. Where others are answered, only the connection is behind that waits.
 */
export class ServerPulse {
  #silence: (Silence & { readonly toldBy: Pulse }) | undefined
  /** When the latest of the operations was sent that were answered. */
  #answeredOf = Number.NEGATIVE_INFINITY

  get silence(): Silence | undefined {
    return this.#silence
  }

  /** A reply to `pulse` is overdue, which was waited for so long. */
  missed(pulse: Pulse, now: number, waitedMs: number): void {
    const since = now - waitedMs
    // Others asked well after it, and were answered.
    if (this.#answeredOf > since + waitedMs / 4) return
    this.#silence ??= { since, probedAt: now, toldBy: pulse }
  }

  /** The server answered `pulse` what it had asked at that time. */
  answered(pulse: Pulse, sentAt: number): void {
    this.#answeredOf = Math.max(this.#answeredOf, sentAt)
    const silence = this.#silence
    if (silence !== undefined && (silence.toldBy === pulse || sentAt > silence.since))
      this.#silence = undefined
  }

  /** The connection of `pulse` failed, and with it what it told. */
  lost(pulse: Pulse): void {
    if (this.#silence?.toldBy === pulse) this.#silence = undefined
  }
}

/**
 * Whether a connection, and the server behind it, answers. Redis answers in order, so behind a reply that is overdue every
 * other one is late too: once an operation has run into its deadline, the next ones wait only as long as they would have
 * waited in its place, and then not at all. The overdue reply itself, when it comes at last, shows that all is well.
 */
export class Pulse {
  readonly #clock: Clock
  readonly #server: ServerPulse
  #silence: Silence | undefined

  constructor(clock: Clock, server: ServerPulse = new ServerPulse()) {
    this.#clock = clock
    this.#server = server
  }

  /**
   * How long an operation that has so much time may wait, in ms: all of it, what a silence leaves of it, or 0 when it need
   * not be sent. Now and then one may try in spite of a silence.
   */
  waitFor(timeoutMs: number): number {
    const silence = this.#server.silence ?? this.#silence
    if (silence === undefined) return timeoutMs
    const now = this.#clock.now()
    const leftMs = silence.since + timeoutMs - now
    if (leftMs >= shortestWaitMs) return leftMs
    if (now - silence.probedAt < probeEveryMs) return 0
    silence.probedAt = now
    return timeoutMs
  }

  /** An operation ran into its deadline after so long. */
  miss(waitedMs: number): void {
    const now = this.#clock.now()
    this.#silence ??= { since: now - waitedMs, probedAt: now }
    this.#server.missed(this, now, waitedMs)
  }

  /** The server answered an operation that was sent at that time. */
  beat(sentAt: number): void {
    this.#silence = undefined
    this.#server.answered(this, sentAt)
  }

  /** The connection failed: the next one owes nothing, and is only ready once the server has answered it. */
  lost(): void {
    this.#silence = undefined
    this.#server.lost(this)
  }
}

/** One pulse for each client, whoever uses it, and one for each server, whichever client speaks to it. */
const pulses = new WeakMap<RedisLike, Pulse>()
const servers = new WeakMap<Clock, Map<string, WeakRef<ServerPulse>>>()

/** The pulse of a client. On a Cluster there is none: other nodes may answer. */
export function pulseOf(client: RedisLike, clock: Clock): Pulse {
  const known = pulses.get(client)
  if (known !== undefined) return known
  const pulse = new Pulse(clock, serverOf(client, clock))
  pulses.set(client, pulse)
  return pulse
}

function serverOf(client: RedisLike, clock: Clock): ServerPulse {
  const address = addressOf(client)
  if (address === undefined) return new ServerPulse()
  const known = servers.get(clock) ?? new Map<string, WeakRef<ServerPulse>>()
  servers.set(clock, known)
  const server = known.get(address)?.deref() ?? new ServerPulse()
  for (const [other, reference] of known) if (reference.deref() === undefined) known.delete(other)
  known.set(address, new WeakRef(server))
  return server
}

/** What an ioredis client was told of where its server is, without the database. */
interface Place {
  readonly host?: unknown
  readonly port?: unknown
  readonly path?: unknown
  readonly name?: unknown
  readonly sentinels?: unknown
}

/** The address of the server; `undefined` for a client that does not say, which then shares with none. */
function addressOf({ options }: RedisLike): string | undefined {
  const { host, port, path, name, sentinels } = options as Place
  if (Array.isArray(sentinels)) return JSON.stringify([name, sentinels])
  if (typeof path === 'string') return path
  if (typeof host === 'string' && typeof port === 'number') return `${host}:${String(port)}`
  return undefined
}
