import type { ChildProcess } from 'node:child_process'
import { endProcess, waitForExit } from '../lifetime/end-process.ts'
import type { RedisServer } from './redis-server.ts'
import { optionValue, spawnRedis, type RedisCommandLine, type RedisProcess } from './spawn-redis.ts'

/** A server that runs as a child process. */
export class LocalRedis implements RedisServer {
  readonly host = '127.0.0.1'
  readonly #line: RedisCommandLine
  #process: RedisProcess
  #stopping: Promise<void> | undefined

  private constructor(line: RedisCommandLine, process: RedisProcess) {
    this.#line = line
    this.#process = process
  }

  static async start(line: RedisCommandLine): Promise<LocalRedis> {
    return new LocalRedis(line, await spawnRedis(line))
  }

  get port(): number {
    return this.#line.port
  }

  get pid(): number {
    return this.#process.pid
  }

  get product(): 'redis' | 'valkey' {
    return this.#process.info.product
  }

  get version(): string {
    return this.#process.info.version
  }

  get url(): string {
    const password = optionValue(this.#line.args, '--requirepass')
    const login = password === undefined ? '' : `:${encodeURIComponent(password)}@`
    return `redis://${login}${this.host}:${this.port}`
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end()
    return this.#stopping
  }

  async pause(): Promise<void> {
    this.#child.kill('SIGSTOP')
  }

  async resume(): Promise<void> {
    this.#child.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await waitForExit(this.#child)
  }

  async restart(): Promise<void> {
    if (this.#stopping !== undefined) throw new Error('This server was stopped for good: start a new one.')
    await endProcess(this.#child)
    this.#process = await spawnRedis(this.#line)
  }

  get #child(): ChildProcess {
    return this.#process.child
  }

  async #end(): Promise<void> {
    await this.kill()
    await this.#line.folder.release()
  }
}
