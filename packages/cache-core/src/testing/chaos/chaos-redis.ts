import type { RedisArgument, RedisLike, RedisPipelineLike } from '../../redis/redis-like.ts'
import type { Operation, Trouble } from './trouble.ts'

type Listener = (...args: unknown[]) => void
type Replies = [Error | null, unknown][] | null

const lost = (): Error => new Error('Connection is closed.')
/** As a server that is frozen: only the caller's own deadline ends it. */
const silence = (): Promise<never> => new Promise<never>(() => undefined)

/** Redis clients with trouble on their way. */
export class ChaosRedis {
  readonly #trouble: Trouble
  /** One wrapper for each client, since the nodes of a Cluster are asked for again and again. */
  readonly #wrappers = new WeakMap<RedisLike, RedisLike>()

  constructor(trouble: Trouble) {
    this.#trouble = trouble
  }

  wrap<Client extends RedisLike>(client: Client): Client {
    const known = this.#wrappers.get(client)
    if (known !== undefined) return known as Client
    const listeners = new Listeners(client)
    this.#trouble.onTurn((isDown) => listeners.tell(isDown ? 'close' : 'ready'))
    const own: Readonly<Record<string, unknown>> = {
      call: (command: string, ...args: RedisArgument[]) =>
        this.#meet(command.toUpperCase(), { run: () => client.call(command, ...args) }),
      pipeline: (commands: unknown[][]) => this.#pipeline(client, commands),
      nodes: (role: string) => nodesOf(client, role).map((node) => this.wrap(node)),
      on: (event: string, listener: Listener) => listeners.add(event, listener),
      off: (event: string, listener: Listener) => listeners.remove(event, listener),
    }
    const wrapper = new Proxy(client, {
      get: (target, property) => {
        if (property === 'status' && this.#trouble.isDown) return 'reconnecting'
        const value: unknown = Reflect.get(target, property, target)
        if (typeof value !== 'function') return value
        return typeof property === 'string' && property in own
          ? own[property]
          : (value.bind(target) as unknown)
      },
    })
    this.#wrappers.set(client, wrapper)
    return wrapper
  }

  #pipeline(client: RedisLike, commands: unknown[][]): RedisPipelineLike {
    const exec = (some: unknown[][]): Promise<Replies> => client.pipeline(some).exec()
    return {
      exec: () =>
        this.#meet('PIPELINE', { run: () => exec(commands), runPart: () => this.#execPart(exec, commands) }),
    }
  }

  /** Sends about half of the commands; the replies of the others are lost, as behind a connection that broke. */
  async #execPart(
    exec: (commands: unknown[][]) => Promise<Replies>,
    commands: unknown[][],
  ): Promise<Replies> {
    const isSent = commands.map(() => this.#trouble.random() < 0.5)
    const sent = commands.filter((_, index) => isSent[index])
    const replies = sent.length === 0 ? [] : [...((await exec(sent)) ?? [])]
    return isSent.map((sentThis) => (sentThis ? replies.shift() : undefined) ?? [lost(), undefined])
  }

  #meet<Result>(name: string, how: Pick<Operation<Result>, 'run' | 'runPart'>): Promise<Result> {
    return this.#trouble.meet({ name, error: lost, silence, ...how })
  }
}

function nodesOf(client: RedisLike, role: string): RedisLike[] {
  return (client as RedisLike & { nodes(role: string): RedisLike[] }).nodes(role)
}

/** Those who listen to a client through its wrapper. */
class Listeners {
  readonly #client: RedisLike
  readonly #listeners = new Map<string, Set<Listener>>()

  constructor(client: RedisLike) {
    this.#client = client
  }

  add(event: string, listener: Listener): unknown {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(listener))
    return this.#client.on(event, listener)
  }

  remove(event: string, listener: Listener): unknown {
    this.#listeners.get(event)?.delete(listener)
    return this.#client.off(event, listener)
  }

  /** Tells of an event that only those behind the wrapper see. */
  tell(event: string): void {
    for (const listener of this.#listeners.get(event) ?? []) listener()
  }
}
