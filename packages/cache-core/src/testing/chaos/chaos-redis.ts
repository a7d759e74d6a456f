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
    const listeners = new Listeners(client, () => !this.#trouble.isDown)
    this.#trouble.onTurn((isDown) => listeners.tell(isDown ? 'close' : 'ready'))
    const own = this.#ownMethods(client)
    const wrapper: Client = new Proxy(client, {
      get: (target, property) => {
        if (property === 'status' && this.#trouble.isDown) return 'reconnecting'
        const value: unknown = Reflect.get(target, property, target)
        if (typeof value !== 'function') return value
        if (property === 'on' || property === 'off') {
          return (event: string, listener: Listener) => {
            listeners[property](event, listener)
            return wrapper
          }
        }
        return own.get(property) ?? (value.bind(target) as unknown)
      },
    })
    this.#wrappers.set(client, wrapper)
    return wrapper
  }

  #ownMethods(client: RedisLike): ReadonlyMap<string | symbol, unknown> {
    const invoke = (name: string, args: unknown[]): unknown =>
      Reflect.apply(Reflect.get(client, name) as (...args: unknown[]) => unknown, client, args)
    const whileUp =
      (name: string) =>
      (...args: unknown[]) =>
        this.#trouble.isDown ? Promise.reject(lost()) : invoke(name, args)
    return new Map<string, unknown>([
      [
        'call',
        (command: string, ...args: RedisArgument[]) =>
          this.#meet(command.toUpperCase(), { run: () => client.call(command, ...args) }),
      ],
      ['pipeline', (commands: unknown[][]) => this.#pipeline(client, commands)],
      ['nodes', (role: string) => (invoke('nodes', [role]) as RedisLike[]).map((node) => this.wrap(node))],
      ['duplicate', (...args: unknown[]) => this.wrap(invoke('duplicate', args) as RedisLike)],
      ['connect', whileUp('connect')],
      ['subscribe', whileUp('subscribe')],
    ])
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

/** Those who listen to a client through its wrapper. */
class Listeners {
  readonly #client: RedisLike
  readonly #hears: () => boolean
  /** By event: each listener, and what listens to the client in its stead. */
  readonly #listeners = new Map<string, Map<Listener, Listener>>()

  constructor(client: RedisLike, hears: () => boolean) {
    this.#client = client
    this.#hears = hears
  }

  on(event: string, listener: Listener): void {
    const listeners = this.#listeners.get(event) ?? new Map<Listener, Listener>()
    const inStead: Listener = (...args) => {
      if (this.#hears()) listener(...args)
    }
    this.#listeners.set(event, listeners.set(listener, inStead))
    this.#client.on(event, inStead)
  }

  off(event: string, listener: Listener): void {
    const inStead = this.#listeners.get(event)?.get(listener) ?? listener
    this.#listeners.get(event)?.delete(listener)
    this.#client.off(event, inStead)
  }

  /** Tells of an event that only those behind the wrapper see. */
  tell(event: string): void {
    for (const listener of this.#listeners.get(event)?.keys() ?? []) listener()
  }
}
