import { connect, type Socket } from 'node:net'
import type { Faults } from './faults.ts'
import { Link } from './link.ts'
import { type LostReplies, ReplyMatcher } from './lost-replies.ts'

export interface ProxiedConnectionOptions {
  client: Socket
  server: { host: string; port: number }
  faults: () => Faults
  lostReplies: LostReplies
  onClose: () => void
}

/** A client's connection through the proxy, and the one to the server that belongs to it. */
export class ProxiedConnection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #links: readonly Link[]

  constructor({ client, server, faults, lostReplies, onClose }: ProxiedConnectionOptions) {
    this.#client = client
    this.#server = connect(server)
    const reset = (): void => this.reset()
    const toServer = new Link({ from: client, to: this.#server }, () => faults().toServer ?? {}, reset)
    const toClient = new Link({ from: this.#server, to: client }, () => faults().toClient ?? {}, reset)
    this.#links = [toServer, toClient]
    const matcher = new ReplyMatcher(lostReplies)
    client.on('data', (part: Buffer) => {
      matcher.sent(part)
      toServer.send(part)
    })
    this.#server.on('data', (part: Buffer) => {
      const { passing, lost } = matcher.answered(part)
      if (passing.length > 0) toClient.send(passing)
      if (lost) toClient.send('reset')
    })
    client.on('end', () => toServer.send('end'))
    this.#server.on('end', () => toClient.send('end'))
    client.on('close', () => toServer.send('end'))
    this.#server.on('close', () => toClient.send('end'))
    for (const socket of [client, this.#server]) {
      socket.setNoDelay(true)
      // An error closes its socket, and that is all there is to say of it.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        if (client.destroyed && this.#server.destroyed) onClose()
      })
    }
  }

  /** Goes on after the faults have changed. */
  wake(): void {
    for (const link of this.#links) link.wake()
  }

  /** Cuts both sides with a TCP reset, whatever is on its way. */
  reset(): void {
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
  }

  destroy(): void {
    this.#client.destroy()
    this.#server.destroy()
  }
}
