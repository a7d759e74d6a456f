import { createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../lifetime/free-port.ts'
import type { Faults, LostReply } from './faults.ts'
import { LostReplies } from './lost-replies.ts'
import { ProxiedConnection } from './proxied-connection.ts'

/** A link to a server that a test can spoil. */
export interface FaultProxy {
  readonly host: string
  readonly port: number
  /** For a Redis client. */
  readonly url: string
  /** Connections accepted since the start. */
  readonly accepted: number
  /** Connections open now. */
  readonly open: number
  /** Spoils the link from now on, for connections that are there and new ones; replaces earlier faults. */
  set(faults: Faults): Promise<void>
  /** Makes the link healthy; what a black hole held back arrives now. */
  heal(): Promise<void>
  /** Leads new connections to another server, as a name does after a failover. */
  retarget(server: { host: string; port: number }): void
  /** Cuts all connections with a TCP reset. */
  resetAll(): void
  /** Lets a command be done and its connection be reset instead of the reply; resolves when that has happened. */
  loseReply(reply: LostReply): Promise<void>
  stop(): Promise<void>
}

/** Starts a proxy on a free loopback port before the server at `host` and `port`. */
export const startFaultProxy = async (server: { host: string; port: number }): Promise<FaultProxy> => {
  const proxy = new TcpFaultProxy(server, await freePort())
  await proxy.heal()
  return proxy
}

class TcpFaultProxy implements FaultProxy {
  readonly host = '127.0.0.1'
  readonly port: number
  #target: { host: string; port: number }
  readonly #lostReplies = new LostReplies()
  readonly #connections = new Set<ProxiedConnection>()
  readonly #hanging = new Set<Socket>()
  #faults: Faults = {}
  #listener: Server | undefined
  #accepted = 0

  constructor(target: { host: string; port: number }, port: number) {
    this.#target = target
    this.port = port
  }

  get url(): string {
    return `redis://${this.host}:${this.port}`
  }

  get accepted(): number {
    return this.#accepted
  }

  get open(): number {
    return this.#connections.size + this.#hanging.size
  }

  async set(faults: Faults): Promise<void> {
    this.#faults = faults
    if (faults.accept !== 'hang') this.#endHanging()
    for (const connection of this.#connections) connection.wake()
    if (faults.accept === 'refuse') this.#closeListener()
    else await this.#listen()
  }

  heal(): Promise<void> {
    return this.set({})
  }

  retarget(server: { host: string; port: number }): void {
    this.#target = server
  }

  resetAll(): void {
    for (const connection of this.#connections) connection.reset()
  }

  loseReply(reply: LostReply): Promise<void> {
    return this.#lostReplies.add(reply)
  }

  async stop(): Promise<void> {
    this.#closeListener()
    this.#endHanging()
    for (const connection of this.#connections) connection.destroy()
  }

  #listen(): Promise<void> {
    if (this.#listener !== undefined) return Promise.resolve()
    const listener = createServer((socket) => this.#accept(socket))
    this.#listener = listener
    return new Promise((resolve, reject) => {
      listener.once('error', reject)
      listener.listen(this.port, this.host, resolve)
    })
  }

  /** Connections that are there stay. */
  #closeListener(): void {
    this.#listener?.close()
    this.#listener = undefined
  }

  #accept(client: Socket): void {
    this.#accepted += 1
    if (this.#faults.accept === 'close') {
      client.destroy()
    } else if (this.#faults.accept === 'hang') {
      this.#hanging.add(client)
      client.on('error', () => undefined)
      client.on('close', () => this.#hanging.delete(client))
      client.resume()
    } else {
      const connection = new ProxiedConnection({
        client,
        server: { host: this.#target.host, port: this.#target.port },
        faults: () => this.#faults,
        lostReplies: this.#lostReplies,
        onClose: () => this.#connections.delete(connection),
      })
      this.#connections.add(connection)
    }
  }

  /** What was never served cannot be taken up in the middle. */
  #endHanging(): void {
    for (const socket of this.#hanging) socket.destroy()
  }
}
