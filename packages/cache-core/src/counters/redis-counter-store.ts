import { CacheConfigError, CacheStoreError } from '../errors.ts'
import type { RedisGate } from '../redis/redis-gate.ts'
import type { RedisArgument } from '../redis/redis-like.ts'
import { runScript, type Script } from '../redis/run-script.ts'
import { scripts } from '../redis/scripts.generated.ts'
import type { KeyNames } from '../store/key-names.ts'
import { counterKeys, type CounterKeys } from './counter-keys.ts'
import type {
  CounterRules,
  CounterSeeding,
  CounterStore,
  OpenCounterStore,
  TakenBatch,
} from './counter-store.ts'

/** Opens counters on one server. @throws {CacheConfigError} on a Cluster. */
export function redisCounters(gate: RedisGate, names: KeyNames): OpenCounterStore {
  return (parsed, rules) => {
    if (names.cluster)
      throw new CacheConfigError(
        'redis',
        'counters need one server or a Sentinel: make their cache on such a client',
      )
    return new RedisCounterStore(gate, counterKeys(names, parsed), rules)
  }
}

/** Counting in Redis: each step is one script. */
class RedisCounterStore implements CounterStore {
  readonly #gate: RedisGate
  readonly #keys: CounterKeys
  readonly #hasSink: boolean
  readonly #floor: string

  constructor(gate: RedisGate, keys: CounterKeys, { hasSink, floor }: CounterRules) {
    this.#gate = gate
    this.#keys = keys
    this.#hasSink = hasSink
    this.#floor = floor === -Infinity ? '' : String(floor)
  }

  async read(names: readonly string[]): Promise<(number | undefined)[]> {
    const texts = await this.#gate.run('counter', () => this.#gate.client.call('MGET', ...names))
    return (texts as (string | null)[]).map((text) => (text === null ? undefined : Number(text)))
  }

  async add(name: string, field: string, by: number): Promise<number | undefined> {
    const keys = this.#hasSink ? [name, this.#keys.live] : [name]
    const [outcome, count] = (await this.#run(scripts.counterAdd, keys, [by, this.#floor, field])) as string[]
    if (outcome === 'overflow')
      throw new CacheStoreError('counter', 'the count would leave the range of exact integers')
    return outcome === 'ok' ? Number(count) : undefined
  }

  async state(): Promise<string> {
    const { client } = this.#gate
    const [last, applying] = await this.#gate.run('counter', () =>
      Promise.all([client.call('GET', this.#keys.last), client.call('EXISTS', this.#keys.batch)]),
    )
    return `${typeof last === 'string' ? last : '0'}:${String(Number(applying))}`
  }

  async seed(name: string, field: string, seed: CounterSeeding): Promise<number | undefined> {
    const keys = [name, this.#keys.live, this.#keys.batch, this.#keys.last]
    const args = [seed.value, seed.applied, seed.state, field, this.#floor]
    const [outcome, count] = (await this.#run(scripts.counterSeed, keys, args)) as string[]
    return outcome === 'ok' ? Number(count) : undefined
  }

  async forget(name: string): Promise<void> {
    await this.#gate.insist('counter', () => this.#gate.client.call('UNLINK', name))
  }

  async take(lastApplied: number): Promise<TakenBatch | undefined> {
    const flat = (await this.#run(
      scripts.counterTake,
      [this.#keys.live, this.#keys.batch, this.#keys.last],
      [lastApplied],
    )) as string[]
    if (flat.length === 0) return undefined
    const fields = Array.from(
      { length: flat.length / 2 },
      (_, index) => [flat[index * 2] ?? '', Number(flat[index * 2 + 1])] as const,
    )
    const id = fields.find(([field]) => field === '~id')?.[1] ?? 0
    return { id, deltas: fields.filter(([field]) => field !== '~id') }
  }

  async acknowledge(id: number): Promise<void> {
    await this.#run(scripts.counterAck, [this.#keys.batch], [id])
  }

  async pending(): Promise<number> {
    const { client } = this.#gate
    const [live, batch] = await this.#gate.run('counter', () =>
      Promise.all([client.call('HLEN', this.#keys.live), client.call('HLEN', this.#keys.batch)]),
    )
    return Number(live) + Math.max(0, Number(batch) - 1)
  }

  #run(script: Script, keys: readonly string[], args: readonly RedisArgument[]): Promise<unknown> {
    return this.#gate.run('counter', () => runScript(this.#gate.client, script, { keys, args }))
  }
}
