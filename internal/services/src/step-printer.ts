import type { Report, Step } from './step.ts'

const marks: Record<Step['state'], string> = {
  started: '…',
  progress: '…',
  done: '✓',
  skipped: '–',
  failed: '✗',
}

export interface StepPrinterOptions {
  /** Where lines go; default standard error. */
  write?: (text: string) => void
  /** Print skipped ways too; default false. */
  verbose?: boolean
}

/** Prints steps as lines. A step that is done at once takes one line; a longer one shows its progress. */
export const createStepPrinter = (options: StepPrinterOptions = {}): Report => {
  const write = options.write ?? ((text: string) => void process.stderr.write(text))
  return (step) => {
    if (step.state === 'started') return
    if (step.state === 'skipped' && options.verbose !== true) return
    const detail = step.detail === undefined ? '' : `: ${step.detail}`
    const elapsed = `${(step.elapsedMs / 1000).toFixed(1)} s`
    write(`${marks[step.state]} ${step.server}: ${step.title}${detail} (${elapsed})\n`)
  }
}
