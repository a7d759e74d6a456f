import type { KeyNames } from '../../store/key-names.ts'
import type { Connection } from '../connection/connection.ts'
import { allNames } from '../survey/name-search.ts'
import { walk } from '../survey/walk.ts'

/** Removes every key of a namespace that the command made itself, helper keys included. */
export async function removeKeys(connection: Connection, names: KeyNames): Promise<void> {
  for await (const page of walk(connection, allNames(names))) {
    if (page.names.length === 0) continue
    // One by one, since on a Cluster their slots differ.
    const replies = await page.server.client.pipeline(page.names.map((name) => ['unlink', name])).exec()
    const error = replies?.find(([failed]) => failed !== null)?.[0]
    if (error) throw error
  }
}
