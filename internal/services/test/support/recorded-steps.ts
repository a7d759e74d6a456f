import type { Report, Step } from '../../src/step.ts'

/** Collects what is announced, without the times. */
export const recordSteps = (): { steps: string[]; report: Report } => {
  const steps: string[] = []
  const report = ({ server, title, state, detail }: Step): void =>
    void steps.push([server, title, state, ...(detail === undefined ? [] : [detail])].join(' | '))
  return { steps, report }
}
