/** A program that can be started as a child process. */
export interface ServerBinary {
  kind: 'binary'
  path: string
  /** Added to the environment, where the program needs its own libraries. */
  env?: Record<string, string>
  version: string
}

/** An image that a Docker engine of this machine can run. */
export interface ServerImage {
  kind: 'container'
  image: string
}

/** What a way came up with; `undefined` way means: not possible here, and why. */
export type Found<S> = { server: S } | { notHere: string }

/** Tells how far a long step is. */
export type Progress = (detail: string) => void

/** One way of getting a server. It throws when the way exists but failed. */
export interface Resolver<S> {
  title: string
  find(progress: Progress): Promise<Found<S>>
}
