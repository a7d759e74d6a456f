import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves once the condition holds; the test's own time limit ends a wait that never does. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(20)
}
