import { startFaultProxy, startRedis, type FaultProxy, type RedisServer } from '@vidnest/services'
import type { Redis } from 'ioredis'
import { connect, uniqueNamespace } from '../support/connect.ts'
import { checkHistory, type Violation } from './check-history.ts'
import { Crew } from './crew.ts'
import type { MutantName } from './mutants.ts'
import { torment, type FaultName } from './nemesis.ts'
import type { Commit, Line, Load, Operation, Read, Summary, Write } from './operation.ts'
import { seededRandom } from './seeded-random.ts'

/** An experiment: processes that read and write the same few rows through a cache, while faults happen. */
export interface ExperimentOptions {
  readonly seed: number
  readonly strict?: boolean
  readonly mutant?: MutantName
  readonly keys?: number
  /** Near tiers of this `ttl` in ms, on the bus. @defaultValue none */
  readonly nearMs?: number
}

const processes = 2
const ttlMs = 3000

/** Longest time in ms after which what was not acknowledged must be gone: TTL, lease, outages, and a slow machine. */
const staleMs = ttlMs * 1.1 + 3000 + 5000

export class Experiment {
  readonly namespace: string = uniqueNamespace()
  readonly #options: ExperimentOptions
  readonly #server: RedisServer
  readonly #link: FaultProxy
  readonly #sourceServer: RedisServer
  readonly #source: Redis
  readonly #crew: Crew
  readonly keys: number

  static async start(options: ExperimentOptions): Promise<Experiment> {
    const [server, sourceServer] = await Promise.all([startRedis(), startRedis()])
    return new Experiment(options, {
      server,
      link: await startFaultProxy(server),
      sourceServer,
      source: await connect(sourceServer.url),
    })
  }

  private constructor(
    options: ExperimentOptions,
    parts: {
      readonly server: RedisServer
      readonly link: FaultProxy
      readonly sourceServer: RedisServer
      readonly source: Redis
    },
  ) {
    this.#options = options
    this.#server = parts.server
    this.#link = parts.link
    this.#sourceServer = parts.sourceServer
    this.#source = parts.source
    this.keys = options.keys ?? 12
    this.#crew = new Crew(
      {
        seed: options.seed,
        clients: 8,
        keys: this.keys,
        url: parts.link.url,
        sourceUrl: parts.sourceServer.url,
        namespace: this.namespace,
        ttl: '3s',
        writeShare: 0.15,
        strict: options.strict ?? false,
        mutant: options.mutant ?? 'none',
        nearMs: options.nearMs ?? 0,
      },
      processes,
    )
  }

  get url(): string {
    return this.#server.url
  }

  /** Lets faults happen for so long; returns how often each one did. */
  async torment(names: readonly FaultName[], durationMs: number): Promise<Map<FaultName, number>> {
    const admin = await connect(this.#server.url)
    const victims = {
      server: this.#server,
      link: this.#link,
      admin,
      crew: this.#crew,
      namespace: this.namespace,
      random: seededRandom(this.#options.seed),
    }
    return torment(victims, names, durationMs)
  }

  finish(): Promise<void> {
    return this.#crew.finish()
  }

  async stop(): Promise<void> {
    this.#crew.abandon()
    this.#source.disconnect()
    await this.#link.stop()
    await Promise.all([this.#server.stop(), this.#sourceServer.stop()])
  }

  get reads(): Read[] {
    return this.#ofKind<Read>('read')
  }

  get writes(): Write[] {
    return this.#ofKind<Write>('write')
  }

  get loads(): Load[] {
    return this.#ofKind<Load>('load')
  }

  get summaries(): Summary[] {
    return this.#ofKind<Summary>('summary')
  }

  /** What the checker finds in all that was written so far. */
  async violations(): Promise<Violation[]> {
    const operations: Operation[] = [...this.reads, ...this.writes]
    const lastVersions = new Map<number, number>()
    for (let key = 0; key < this.keys; key += 1)
      lastVersions.set(key, Number(await this.#source.get(`row:${String(key)}`)))
    const { strict = false, nearMs = 0 } = this.#options
    return checkHistory(operations, {
      // Under strict, what is committed is what is read, whatever becomes of its writer.
      staleMs: strict ? 0 : staleMs + nearMs,
      nearMs,
      isMonotonic: strict,
      commits: this.#ofKind<Commit>('commit'),
      lastVersions,
    })
  }

  #ofKind<Kind extends Line>(kind: Kind['kind']): Kind[] {
    return this.#crew.lines.filter((line): line is Kind => line.kind === kind)
  }
}
