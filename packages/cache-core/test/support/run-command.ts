import { PassThrough } from 'node:stream'
import { runCli } from '../../src/cli/run-cli.ts'
import type { Surroundings } from '../../src/cli/terminal/terminal.ts'
import { systemClock, type Clock } from '../../src/index.ts'

/** What a run of `vidnest-cache` left behind. */
export interface Finished {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** How to run it. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** By default one by which nothing takes time, so that a slow machine says no more than a fast one. */
  readonly clock?: Clock
  readonly signal?: AbortSignal
  /** Presses Ctrl-C as soon as the command has its connection. */
  readonly interrupted?: boolean
  /** Presses Ctrl-C once the command has written this to stderr. */
  readonly interruptedBy?: string
  /** Whether it runs in a terminal, and what is typed there once it asks. */
  readonly terminal?: boolean
  readonly typed?: string
}

class Stream extends PassThrough {
  readonly isTTY: boolean
  readonly columns = 120
  text = ''

  constructor(isTTY: boolean) {
    super()
    this.isTTY = isTTY
    this.setEncoding('utf8')
    this.on('data', (part: string) => {
      this.text += part
    })
  }
}

const stillClock: Clock = { ...systemClock, now: () => 0 }

/** A clock that tells when the timer of connecting is no longer needed. */
function tellsConnected(clock: Clock, onConnected: () => void): Clock {
  return {
    now: () => clock.now(),
    epochMs: () => clock.epochMs(),
    setTimer(delayMs, callback) {
      const timer = clock.setTimer(delayMs, callback)
      return {
        cancel: () => {
          timer.cancel()
          onConnected()
        },
      }
    },
  }
}

/** Runs `vidnest-cache` in this process, with streams of its own. */
export async function runCommand(argv: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { terminal = false, typed, interruptedBy } = options
  const stdin = Object.assign(new PassThrough(), { isTTY: terminal })
  const [stdout, stderr] = [new Stream(terminal), new Stream(terminal)]
  if (typed !== undefined) {
    const answer = (): void => {
      if (!stderr.text.includes('[y/N]')) return
      stderr.off('data', answer)
      stdin.write(`${typed}\n`)
    }
    stderr.on('data', answer)
  }
  const stop = new AbortController()
  if (interruptedBy !== undefined) {
    stderr.on('data', () => {
      if (stderr.text.includes(interruptedBy)) stop.abort()
    })
  }
  const clock = options.clock ?? stillClock
  const around: Surroundings = {
    stdin,
    stdout,
    stderr,
    env: options.env ?? {},
    cwd: options.cwd ?? import.meta.dirname,
    clock: options.interrupted === true ? tellsConnected(clock, () => stop.abort()) : clock,
    signal: options.signal ?? stop.signal,
  }
  const code = await runCli(argv, around)
  return { code, out: stdout.text, err: stderr.text }
}
