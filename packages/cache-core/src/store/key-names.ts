import { createHash } from 'node:crypto'

/** Longest tag that stands in a marker's name as it is. */
const maxTagLength = 200

/**
 * Names in Redis. Entries are `<namespace>:<key>`; helper keys begin with `<namespace>:~`, which no entry does. On a
 * Cluster all markers share a hash tag with the generation, so that each step over tags stays one script.
 */
export class KeyNames {
  readonly prefix: string
  /** Whether these are the names on a Cluster. */
  readonly cluster: boolean
  readonly generation: string
  /** The channel on which caches tell each other of their changes. */
  readonly channel: string
  readonly #markers: string
  readonly #helpers: string

  constructor(namespace: string, cluster: boolean) {
    this.cluster = cluster
    this.prefix = `${namespace}:`
    this.channel = `${namespace}:~bus`
    this.#helpers = cluster ? `{${namespace}:~}` : `${namespace}:~`
    this.generation = `${this.#helpers}generation`
    this.#markers = `${this.#helpers}tag:`
  }

  entry(key: string): string {
    return this.prefix + key
  }

  /** A helper key that holds no entry. */
  helper(name: string): string {
    return this.#helpers + name
  }

  /** The key without the namespace; `undefined` for helpers and foreign names. */
  key(name: string): string | undefined {
    if (!name.startsWith(this.prefix)) return undefined
    const key = name.slice(this.prefix.length)
    return key.startsWith('~') ? undefined : key
  }

  /** The barrier of an entry: its hash tag is the entry's whole name, so that it shares the entry's slot on a Cluster. */
  barrier(entry: string): string {
    return `{${entry}}:w`
  }

  /** The tag of a marker; `undefined` for any other name, and for a tag that is too long to stand in one. */
  tag(name: string): string | undefined {
    if (!name.startsWith(this.#markers)) return undefined
    const tag = name.slice(this.#markers.length)
    return tag.startsWith('%h') ? undefined : tag
  }

  /** Whether the name is a marker's. */
  isMarker(name: string): boolean {
    return name.startsWith(this.#markers)
  }

  marker(tag: string): string {
    if (tag.length <= maxTagLength) return this.#markers + tag
    return `${this.#markers}%h${createHash('sha256').update(tag).digest('base64url')}`
  }
}
