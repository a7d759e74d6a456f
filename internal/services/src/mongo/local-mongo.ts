import type { ChildProcess } from 'node:child_process'
import type { MongoMemoryReplSet } from 'mongodb-memory-server-core'
import { waitForExit } from '../lifetime/end-process.ts'
import type { OwnedFolder } from '../lifetime/owned-folder.ts'
import type { MongoServer } from './mongo-server.ts'

/** A replica set whose one member runs as a child process. */
export class LocalMongo implements MongoServer {
  readonly version: string
  readonly port: number
  readonly pid: number
  readonly uri: string
  readonly #replicaSet: MongoMemoryReplSet
  readonly #folder: OwnedFolder
  readonly #child: ChildProcess
  #stopping: Promise<void> | undefined

  constructor(replicaSet: MongoMemoryReplSet, folder: OwnedFolder, version: string) {
    const info = replicaSet.servers[0]?.instanceInfo
    const child = info?.instance.mongodProcess
    const pid = child?.pid
    if (info === undefined || child === undefined || pid === undefined)
      throw new Error('The replica set has no running member.')
    folder.adopt(pid)
    this.#replicaSet = replicaSet
    this.#folder = folder
    this.#child = child
    this.version = version
    this.port = info.port
    this.pid = pid
    this.uri = replicaSet.getUri()
  }

  uriFor(database: string): string {
    return this.#replicaSet.getUri(database)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async pause(): Promise<void> {
    process.kill(this.pid, 'SIGSTOP')
  }

  async resume(): Promise<void> {
    process.kill(this.pid, 'SIGCONT')
  }

  async #end(): Promise<void> {
    await this.#folder.release()
    // While the process is not seen as ended, the replica set tries to talk to it for seconds.
    await waitForExit(this.#child)
    await this.#replicaSet.stop({ doCleanup: false })
  }
}
