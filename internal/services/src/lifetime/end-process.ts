import type { ChildProcess } from 'node:child_process'

const patienceMs = 10_000

/** Resolves when the process has ended. */
export const waitForExit = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve()
      return
    }
    child.ref()
    child.once('exit', () => resolve())
  })

/** Asks the process to end (SIGTERM), which lets it save its data, and insists after ten seconds. */
export const endProcess = async (child: ChildProcess): Promise<void> => {
  const insist = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  await waitForExit(child)
  clearTimeout(insist)
}
