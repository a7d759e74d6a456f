import type { ConnectionLike } from '../interception/mongoose-like.ts'
import type { Fields } from '../writes/write-operation.ts'
import type { CommandSource } from './attachable-connection.ts'
import { pluggedCollections } from './plugged-collections.ts'
import { tellSeenWrites } from '../interception/seen-writes.ts'

interface StartedCommand {
  readonly commandName: string
  readonly databaseName: string
  readonly command: Fields
}

const writes: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'findAndModify', 'drop'])

/**
 * Warns of writes that were sent past the plugin, once for each kind and collection.
 * @returns what stops it
 */
export function watchCommands(client: CommandSource, connection: ConnectionLike): () => void {
  if (client.options?.monitorCommands !== true) {
    const message = "monitor: 'warn' sees nothing: connect with monitorCommands: true"
    process.emitWarning(message, 'CacheWarning')
    return () => undefined
  }
  const isSeen = tellSeenWrites()
  const told = new Set<string>()
  const listener = (event: unknown): void => {
    if (isSeen()) return
    const { commandName, databaseName, command } = event as StartedCommand
    const plugged = pluggedCollections(connection)
    for (const place of writtenBy(commandName, databaseName, command)) {
      const [db, collection] = place
      const text = `${commandName} on ${db}.${collection}`
      if (db !== connection.db?.databaseName || !plugged.has(collection) || told.has(text)) continue
      told.add(text)
      process.emitWarning(`a write passed the cache plugin by: ${text}`, 'CacheWarning')
    }
  }
  client.on('commandStarted', listener)
  return () => {
    client.off('commandStarted', listener)
  }
}

type Place = readonly [db: string, collection: string]

/** The collections that a command writes to. */
function writtenBy(name: string, db: string, command: Fields): Place[] {
  if (writes.has(name)) return [[db, String(command[name])]]
  if (name === 'renameCollection') return [placeOf(command[name]), placeOf(command.to)]
  if (name === 'bulkWrite' && Array.isArray(command.nsInfo)) {
    return (command.nsInfo as { ns: unknown }[]).map(({ ns }) => placeOf(ns))
  }
  if (name !== 'aggregate' || !Array.isArray(command.pipeline)) return []
  const stage = (command.pipeline as (Fields | null)[]).at(-1)
  const into = stage?.$out ?? (stage?.$merge as { into?: unknown } | undefined)?.into ?? stage?.$merge
  if (typeof into === 'string') return [[db, into]]
  const { db: otherDb = db, coll } = (into ?? {}) as { db?: unknown; coll?: unknown }
  return typeof coll === 'string' ? [[String(otherDb), coll]] : []
}

function placeOf(namespace: unknown): Place {
  const text = String(namespace)
  const dot = text.indexOf('.')
  return [text.slice(0, dot), text.slice(dot + 1)]
}
