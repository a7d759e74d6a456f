import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { Clock } from '../../time/clock.ts'
import { printable, toJson } from './printable.ts'
import { createBar, createLines, noProgress, type Progress } from './progress.ts'

/** What the command has of the process it runs in. */
export interface Surroundings {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly clock: Clock
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red'

/** Writes for people, or for programs that asked for JSON. */
export class Terminal {
  readonly #around: Surroundings
  readonly #json: boolean

  constructor(around: Surroundings, json: boolean) {
    this.#around = around
    this.#json = json
  }

  /** Whether somebody can be asked. */
  get isInteractive(): boolean {
    return this.#around.stdin.isTTY === true && this.#around.stderr.isTTY === true
  }

  /** The result of the command: lines for people, or the document. */
  result(document: unknown, lines: () => readonly string[]): void {
    const text = this.#json ? toJson(document) : lines().join('\n')
    this.#around.stdout.write(`${text}\n`)
  }

  /** Something beside the result. */
  note(text: string): void {
    this.#around.stderr.write(`${text}\n`)
  }

  /** Colours text of the result where the terminal can show it and nobody objects. */
  paint(style: Style, text: string): string {
    const { env, stdout } = this.#around
    const isWelcome = stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
    return isWelcome ? styleText(style, text, { validateStream: false }) : text
  }

  /** Shows how far something is: a bar in a terminal, lines elsewhere, nothing beside JSON that is piped. */
  progress(title: string): Progress {
    const { stderr, clock } = this.#around
    const now = (): number => clock.now()
    const write = (text: string): void => void stderr.write(text)
    // A terminal that does not know its width says 0.
    if (stderr.isTTY === true) return createBar({ title, write, columns: stderr.columns || 80, now })
    return this.#json ? noProgress : createLines({ title, writeLine: (line) => this.note(line), now })
  }

  /** For what is done at once. */
  get silence(): Progress {
    return noProgress
  }

  /** Asks a question that only `y` or `yes` agrees to; Ctrl-C and the end of input do not. */
  async confirm(question: string): Promise<boolean> {
    const { stdin, stderr, signal } = this.#around
    const reader = createInterface({ input: stdin, output: stderr })
    // In a terminal that is being read, Ctrl-C reaches the reader and not the process.
    const stopped = new AbortController()
    reader.once('SIGINT', () => stopped.abort())
    reader.once('close', () => stopped.abort())
    try {
      const answer = await reader.question(`${printable(question)} [y/N] `, {
        signal: AbortSignal.any([signal, stopped.signal]),
      })
      return /^y(?:es)?$/i.test(answer.trim())
    } catch {
      this.note('')
      return false
    } finally {
      reader.close()
    }
  }
}
