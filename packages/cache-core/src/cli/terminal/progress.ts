/** Shows how far something is that takes long. */
export interface Progress {
  /** `fraction` from 0 to 1. */
  update(fraction: number, words: string): void
  /** Takes the bar away. */
  done(): void
}

/** Shows nothing. */
export const noProgress: Progress = { update: () => undefined, done: () => undefined }

const barWidth = 24
/** Shortest time between two pictures, in ms. */
const pictureMs = 80

/** Where a bar is drawn. */
export interface BarOptions {
  readonly title: string
  readonly write: (text: string) => void
  readonly columns: number
  /** Milliseconds that only grow. */
  readonly now: () => number
}

/** A bar in one line of a terminal, drawn over itself. */
export function createBar({ title, write, columns, now }: BarOptions): Progress {
  let drawnAt = -Infinity
  return {
    update(fraction, words) {
      if (now() - drawnAt < pictureMs) return
      drawnAt = now()
      const share = Math.min(1, Math.max(0, fraction))
      const full = Math.round(share * barWidth)
      const bar = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`
      const line = `${title} ${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${words}`
      write(`\r\u001B[K${line.slice(0, Math.max(1, columns - 1))}`)
    },
    done() {
      if (drawnAt !== -Infinity) write('\r\u001B[K')
    },
  }
}

/** Shortest time between two lines, and before the first one, in ms. */
const lineMs = 2000

/** Where lines are written. */
export interface LinesOptions {
  readonly title: string
  readonly writeLine: (text: string) => void
  /** Milliseconds that only grow. */
  readonly now: () => number
}

/** A line now and then, where there is no terminal; none for what is done soon. */
export function createLines({ title, writeLine, now }: LinesOptions): Progress {
  let writtenAt = now()
  return {
    update(fraction, words) {
      if (now() - writtenAt < lineMs) return
      writtenAt = now()
      writeLine(`${title}: ${String(Math.floor(Math.min(1, fraction) * 100))} %, ${words}`)
    },
    done: () => undefined,
  }
}
