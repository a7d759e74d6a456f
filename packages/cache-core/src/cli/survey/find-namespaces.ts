import type { Connection } from '../connection/connection.ts'
import { scanStep } from './walk.ts'

/** Names that a search looks at on each server, at most. */
const mostNames = 100_000
const count = 1000

/** Namespaces that a server has. */
export interface FoundNamespaces {
  readonly namespaces: readonly string[]
  /** Whether the search ended before the server's keys did. */
  readonly isPartial: boolean
}

/** Looks for namespaces by their generations, through a limited number of keys. */
export async function findNamespaces({ masters, isCluster }: Connection): Promise<FoundNamespaces> {
  const glob = isCluster ? '{*:~}generation' : '*:~generation'
  const shape = isCluster ? /^\{([A-Za-z0-9._-]+):~\}generation$/ : /^([A-Za-z0-9._-]+):~generation$/
  const found = new Set<string>()
  let isPartial = false
  for (const { client } of masters()) {
    let cursor = '0'
    let looked = 0
    do {
      const { next, names } = await scanStep(client, { cursor, glob, count })
      for (const name of names) {
        const namespace = shape.exec(name)?.[1]
        if (namespace !== undefined) found.add(namespace)
      }
      cursor = next
      looked += count
    } while (cursor !== '0' && looked < mostNames)
    if (cursor !== '0') isPartial = true
  }
  return { namespaces: [...found].sort(), isPartial }
}
