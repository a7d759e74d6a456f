/** What is wrong with the bytes of one direction; what is left out is healthy. */
export interface LinkFaults {
  /** Milliseconds that each part travels longer. */
  latencyMs?: number
  /** Bytes that pass in a second. */
  bytesPerSecond?: number
  /**
   * Nothing passes, and the close of a connection neither: what is sent is held back until the link is healthy again, and
   * who sends much has to wait, as on a link that loses everything.
   */
  blackHole?: boolean
  /** Most bytes that are sent at once. */
  sliceBytes?: number
  /** Bytes of a connection that pass before it is reset. */
  limitBytes?: number
}

/** What is wrong with a link; what is left out is healthy. */
export interface Faults {
  /**
   * What becomes of new connections: `refuse` (nobody listens), `hang` (accepted, and never served), `close` (accepted, and
   * closed at once).
   */
  accept?: 'serve' | 'refuse' | 'hang' | 'close'
  /** From the client to the server. */
  toServer?: LinkFaults
  /** From the server to the client. */
  toClient?: LinkFaults
}

/** Which reply is lost. */
export interface LostReply {
  /** Name of the command, in any case, or what tells it by its words. */
  command: string | ((words: readonly string[]) => boolean)
  /** How many such replies still pass before; default 0. */
  after?: number
}
