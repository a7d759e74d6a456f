import { startFaultProxy, startRedis, type FaultProxy, type RedisServer } from '@vidnest/services'
import type { Redis } from 'ioredis'
import { connect, uniqueNamespace } from '../support/connect.ts'
import { checkHistory, type Violation } from './check-history.ts'
import { Crew } from './crew.ts'
import type { MutantName } from './mutants.ts'
import { torment, type FaultName } from './nemesis.ts'
import type { Commit, Line, Load, Operation, Read, Summary, Write } from './operation.ts'
import { seededRandom } from './seeded-random.ts'
import { Source, type Row } from './source.ts'

/** An experiment: processes that read and write the same few rows through a cache, while faults happen. */
export interface ExperimentOptions {
  readonly seed: number
  readonly strict?: boolean
  readonly mutant?: MutantName
  readonly keys?: number
  /** Near tiers of this `ttl` in ms, on the bus. @defaultValue none */
  readonly nearMs?: number
  /** @defaultValue '150ms', so that faults are noticed */
  readonly redisTimeout?: `${number}ms`
  /** Whether rows carry no tags, and are invalidated by their keys only. @defaultValue false */
  readonly keysOnly?: boolean
}

const processes = 2
const ttlMs = 3000
const jitter = 0.1

/** Shortest life in ms of what is stored. */
export const shortestLifeMs: number = ttlMs * (1 - jitter)

/** Longest time in ms after which what was not acknowledged must be gone: TTL, lease, outages, and a slow machine. */
const staleMs = ttlMs * (1 + jitter) + 3000 + 5000

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
        redisTimeout: options.redisTimeout ?? '150ms',
        keysOnly: options.keysOnly ?? false,
      },
      processes,
    )
  }

  /** The keys of all rows. */
  get rows(): number[] {
    return Array.from({ length: this.keys }, (_, key) => key)
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

  /** Loses all keys again and again, far more often than a value is stored; the result ends it. */
  async flushStorm(): Promise<() => Promise<void>> {
    const admin = await connect(this.#server.url)
    let isOver = false
    const storm = async (): Promise<void> => {
      for (; !isOver; await new Promise((resolve) => setTimeout(resolve, 10))) await admin.flushall()
    }
    // A test that fails closes the connection.
    const ended = storm().catch(() => undefined)
    return () => {
      isOver = true
      return ended
    }
  }

  /** Lets all processes finish what they do. */
  finish(): Promise<void> {
    return this.#crew.finish()
  }

  /** Once all have finished: lets them start anew, and kills them while at least one of them holds a lease. */
  async dieLoading(): Promise<void> {
    const admin = await connect(this.#server.url)
    const isAnyLeased = async (): Promise<boolean> => {
      const slots = this.rows.map((key) => admin.getrange(`${this.namespace}:row:${String(key)}`, 0, 0))
      return (await Promise.all(slots)).includes('L')
    }
    do {
      this.#crew.start()
      let isLoading = false
      while (!isLoading) isLoading = await isAnyLeased()
      await this.#crew.kill()
    } while (!(await isAnyLeased()))
  }

  /** The row as the source has it. */
  async readRow(key: number): Promise<Row | null> {
    return new Source(this.#source, () => 0).read(key)
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

  /** Those of the loads whose values are not stored. */
  get unstoredLoads(): Load[] {
    return this.#ofKind<Load>('alone')
  }

  get summaries(): Summary[] {
    return this.#ofKind<Summary>('summary')
  }

  /** What the checker finds in all that was written so far. */
  async violations(): Promise<Violation[]> {
    const operations: Operation[] = [...this.reads, ...this.writes]
    const lastVersions = new Map<number, number>()
    for (const key of this.rows) lastVersions.set(key, Number(await this.#source.get(`row:${String(key)}`)))
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
