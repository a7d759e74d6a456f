import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MongoMemoryReplSet } from 'mongodb-memory-server-core'
import { createOwnedFolder, type OwnedFolder } from '../lifetime/owned-folder.ts'
import { resolveServer } from '../resolve/resolve-server.ts'
import type { ServerBinary } from '../resolve/resolver.ts'
import { LocalMongo } from './local-mongo.ts'
import { mongoCommand, mongoResolvers } from './mongo-resolvers.ts'
import type { MongoServer, StartMongoOptions } from './mongo-server.ts'
import { startMongoContainer } from './start-mongo-container.ts'

/**
 * Starts a fresh single-node replica set of its own on loopback, empty: transactions and change streams work.
 */
export const startMongo = async (options: StartMongoOptions = {}): Promise<MongoServer> => {
  const source = await resolveServer({
    server: 'MongoDB',
    resolvers: mongoResolvers(),
    command: mongoCommand,
    report: options.report,
  })
  if (source.kind === 'container') return startMongoContainer(source.image)
  const folder = await createOwnedFolder('mongo')
  try {
    const replicaSet = await launch(source, folder, options)
    return new LocalMongo(replicaSet, folder, source.version)
  } catch (error) {
    await folder.release()
    throw error
  }
}

const launch = async (
  binary: ServerBinary,
  folder: OwnedFolder,
  options: StartMongoOptions,
): Promise<MongoMemoryReplSet> => {
  const { MongoMemoryReplSet } = await import('mongodb-memory-server-core')
  // The version is known. Asked for once more, a program that a signal ends in the middle of it makes a page of stacks.
  process.env['MONGOMS_SYSTEM_BINARY_VERSION_CHECK'] = 'false'
  const dbPath = join(folder.path, 'data')
  await mkdir(dbPath)
  const args = [
    '--wiredTigerCacheSizeGB',
    '0.25',
    '--oplogSize',
    '64',
    '--nounixsocket',
    ...quiet,
    ...(options.args ?? []),
  ]
  return MongoMemoryReplSet.create({
    binary: { systemBinary: await programIn(folder, binary), version: binary.version },
    replSet: {
      count: 1,
      name: 'rs0',
      ip: '127.0.0.1',
      storageEngine: 'wiredTiger',
      spawn: { cwd: folder.path, detached: true },
    },
    instanceOpts: [
      { dbPath, args, launchTimeout: 60_000, ...(options.port === undefined ? {} : { port: options.port }) },
    ],
  })
}

const quiet = ['--setParameter', 'diagnosticDataCollectionEnabled=false']

/** A program that needs its own libraries is started by a script that names them: the launcher passes none on. */
const programIn = async (folder: OwnedFolder, { path, env }: ServerBinary): Promise<string> => {
  if (env === undefined) return path
  const settings = Object.entries(env).map(([name, value]) => `export ${name}=${quote(value)}\n`)
  const script = join(folder.path, 'mongod.sh')
  await writeFile(script, `#!/bin/sh\n${settings.join('')}exec ${quote(path)} "$@"\n`, { mode: 0o700 })
  return script
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
