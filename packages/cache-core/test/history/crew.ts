import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Line } from './operation.ts'
import type { WorkerOptions } from './worker.ts'

const worker = fileURLToPath(new URL('./worker.ts', import.meta.url))

/** The processes of an experiment, and what they write. */
export class Crew {
  readonly lines: Line[] = []
  readonly #options: Omit<WorkerOptions, 'process'>
  readonly #size: number
  readonly #running = new Set<ChildProcess>()
  #started = 0

  constructor(options: Omit<WorkerOptions, 'process'>, size: number) {
    this.#options = options
    this.#size = size
    this.start()
  }

  /** Starts all processes. */
  start(): void {
    for (let index = 0; index < this.#size; index += 1) this.#start()
  }

  pick(random: number): ChildProcess {
    const all = [...this.#running]
    const picked = all[Math.floor(random * all.length)]
    if (picked === undefined) throw new Error('no process is left')
    return picked
  }

  /** Kills a process at once, whatever it does, and starts another. */
  async replace(child: ChildProcess): Promise<void> {
    this.#running.delete(child)
    this.#start()
    child.kill('SIGKILL')
    await once(child, 'close')
  }

  /** Lets all processes finish what they do. */
  async finish(): Promise<void> {
    await Promise.all(
      [...this.#running].map(async (child) => {
        const closed = once(child, 'close')
        child.stdin?.write('stop\n')
        await closed
      }),
    )
    this.#running.clear()
  }

  /** Kills all processes at once, in the midst of whatever they do. */
  async kill(): Promise<void> {
    const closed = [...this.#running].map((child) => once(child, 'close'))
    this.abandon()
    this.#running.clear()
    await Promise.all(closed)
  }

  /** Ends what may still run. */
  abandon(): void {
    for (const child of this.#running) child.kill('SIGKILL')
  }

  #start(): void {
    const own: WorkerOptions = {
      ...this.#options,
      process: this.#started,
      seed: this.#options.seed + this.#started,
    }
    this.#started += 1
    const child = spawn(process.execPath, ['--conditions=@vidnest/source', worker, JSON.stringify(own)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#running.add(child)
    createInterface({ input: child.stdout }).on('line', (text) => {
      // A process that was killed may have been in the middle of a line.
      if (text.endsWith('}')) this.lines.push(JSON.parse(text) as Line)
    })
  }
}
