import { noEpoch } from '../envelope/slot.ts'
import { createToken } from '../envelope/token.ts'
import { CacheStoreError } from '../errors.ts'
import type { EventBus } from '../observability/events.ts'
import type { KeyNames } from '../store/key-names.ts'
import type { Clock } from '../time/clock.ts'
import type { ServerTime } from '../time/server-time.ts'
import { idleMarkerMs } from './lifetimes.ts'
import type { RedisGate } from './redis-gate.ts'
import { isClusterClient, type RedisClusterLike, type RedisLike } from './redis-like.ts'
import { runScript } from './run-script.ts'
import { scripts } from './scripts.generated.ts'

/** What an {@link EpochGuard} is made of. */
export interface EpochGuardOptions {
  readonly gate: RedisGate
  readonly names: Pick<KeyNames, 'generation'>
  readonly clock: Clock
  readonly time: ServerTime
  readonly events: EventBus
  /** `keep` trusts a server that may have lost acknowledged writes. */
  readonly onFailover: 'invalidate' | 'keep'
  /** Has a server that was just connected to prepared. */
  readonly prepare?: () => void
  /** Told of each new epoch, also of one that another process began. */
  readonly onEpoch: () => void
}

const epochLength = 8

/**
 * Notices servers that may have lost acknowledged invalidations: one that was restarted, or a replica that was promoted.
 * Whenever a connection is ready, and before what it says is trusted, the run ids of the servers are compared with those
 * that the present epoch covers; an unknown one begins a new epoch, and entries of an older one are misses.
 */
export class EpochGuard {
  readonly #options: EpochGuardOptions
  readonly #cluster: RedisClusterLike | undefined
  /** What is listened to, by client: a Cluster's come and go. */
  readonly #watched = new Map<RedisLike, { readonly event: string; readonly listener: () => void }[]>()
  #epoch: string = noEpoch
  #covered = ''
  #trusted = false
  #doubts = 0
  #watches = true
  #checking: Promise<void> | undefined
  #masters: readonly RedisLike[] = []

  constructor(options: EpochGuardOptions) {
    this.#options = options
    const { client } = options.gate
    this.#cluster = isClusterClient(client) ? client : undefined
    this.#watch(client)
    if (this.#cluster !== undefined) {
      for (const node of this.#cluster.nodes('all')) this.#watch(node)
      this.#listen(client, '+node', (node) => this.#watch(node as RedisLike))
      this.#listen(client, '-node', (node) => this.#unwatch(node as RedisLike))
    }
    if (options.gate.ready) this.trust()?.catch(() => undefined)
  }

  /** The epoch that holds now. */
  get epoch(): string {
    return this.#epoch
  }

  /** Epoch and covered servers, for a generation that has to be created anew. */
  get identity(): string {
    return `${this.#epoch} ${this.#covered}`
  }

  /** Whether failovers are noticed: not where INFO is refused. */
  get watches(): boolean {
    return this.#watches
  }

  /** Resolves once the server may be believed. @throws {CacheError} when it does not say. */
  trust(): Promise<void> | undefined {
    if (this.#cluster !== undefined) this.#compareMasters(this.#cluster)
    if (this.#trusted) return undefined
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  /** Takes note of the epoch that a script's reply carried. */
  observe(epoch: string): void {
    if (epoch.length === epochLength) this.#adopt(epoch)
  }

  /** Takes the listeners off the user's client. */
  detach(): void {
    for (const client of this.#watched.keys()) this.#unwatch(client)
  }

  #adopt(epoch: string): void {
    if (epoch === this.#epoch) return
    this.#epoch = epoch
    this.#options.onEpoch()
  }

  #watch(client: RedisLike): void {
    // 'ready' is emitted one tick after the client may send again, so trust ends when the connection does.
    for (const event of ['close', 'end']) this.#listen(client, event, () => this.#doubt())
    this.#listen(client, 'ready', () => {
      this.#doubt()
      this.trust()?.catch(() => undefined)
    })
  }

  #listen(client: RedisLike, event: string, listener: (argument?: unknown) => void): void {
    client.on(event, listener)
    const listeners = this.#watched.get(client) ?? []
    this.#watched.set(client, listeners)
    listeners.push({ event, listener })
  }

  #unwatch(client: RedisLike): void {
    for (const { event, listener } of this.#watched.get(client) ?? []) client.off(event, listener)
    this.#watched.delete(client)
  }

  #doubt(): void {
    this.#doubts += 1
    if (this.#watches) this.#trusted = false
  }

  /**
   * A replica may be promoted without any connection being made anew, and the client finds out by itself, so its masters are
   * looked at before each read. Nothing can be read from one that is away: it is not asked, and the others are believed
   * meanwhile; when it answers again, that is a change.
   */
  #compareMasters(cluster: RedisClusterLike): void {
    const masters = cluster.nodes('master').filter(mayAnswer)
    if (
      masters.length === this.#masters.length &&
      masters.every((node, index) => node === this.#masters[index])
    )
      return
    this.#masters = masters
    this.#doubt()
  }

  /** Checks until nothing has happened meanwhile that calls for one more. */
  async #check(): Promise<void> {
    for (let doubts = -1; doubts !== this.#doubts;) {
      doubts = this.#doubts
      await this.#checkOnce()
    }
    this.#trusted = true
  }

  async #checkOnce(): Promise<void> {
    const { gate, names, clock, time, events, onFailover, prepare } = this.#options
    // What is sent to a client that is not ready would wait in its own queue.
    if (gate.ready) prepare?.()
    const runIds = await this.#runIds()
    if (runIds === undefined) {
      this.#watches = false
      events.warn('INFO is refused, so a failover or a restart that loses acknowledged writes goes unnoticed')
      return
    }
    const fresh = createToken().slice(0, epochLength)
    const sentAt = clock.now()
    const call = {
      keys: [names.generation],
      args: [fresh, idleMarkerMs, onFailover === 'keep' ? '1' : '0', ...runIds],
    }
    const reply = await gate.run('epoch', () => runScript(gate.client, scripts.epoch, call))
    const [epoch, outcome, seconds, microseconds] = reply as [string, string, string, string]
    time.observe(Number(seconds) * 1000 + Number(microseconds) / 1000, sentAt)
    this.#adopt(epoch)
    this.#covered = runIds.join(',')
    if (outcome === 'changed' || outcome === 'kept') events.emit('epoch', { kept: outcome === 'kept' })
  }

  /** Run ids of the servers that are there; `undefined` where they are not told. */
  async #runIds(): Promise<readonly string[] | undefined> {
    const { gate } = this.#options
    const servers = this.#cluster?.nodes('master').filter(mayAnswer) ?? [gate.client]
    const infos = await gate.run('epoch', () => Promise.all(servers.map((server) => askInfo(server))))
    const runIds = infos
      .filter((info) => info !== undefined)
      .map((info) => /^run_id:(\w+)/m.exec(info)?.[1] ?? '')
    if (runIds.length === 0) throw new CacheStoreError('epoch', 'no server of the Cluster could be reached')
    return runIds.includes('') ? undefined : runIds.sort()
  }
}

/** What INFO says of the server; empty where it is refused, `undefined` for a Cluster's node that could not be reached. */
async function askInfo(server: RedisLike): Promise<string | undefined> {
  try {
    return String(await server.call('INFO', 'server'))
  } catch (error) {
    if (error instanceof Error && /^(?:NOPERM|ERR)\b/.test(error.message)) return ''
    // Nodes do not connect again by themselves: this one has left the Cluster's client.
    if (server.status === 'end') return undefined
    throw error
  }
}

/** Whether commands to this node of a Cluster are sent: it is connected, or connects at its first command. */
function mayAnswer({ status }: RedisLike): boolean {
  return status === 'ready' || status === 'wait'
}
