import { Stopped, watchEnding } from './ending.mjs'

/**
 * Runs the work of a launcher, which resolves to the exit code, and makes messages of what it throws. The work must take
 * notice of the ending that it is given.
 */
export const launch = async (work) => {
  outliveTerminal()
  try {
    process.exitCode = await work(watchEnding())
  } catch (error) {
    if (error instanceof CannotGoOn) process.stderr.write(`\n${error.message}\n`)
    else if (!(error instanceof Stopped)) throw error
    process.exitCode = error.exitCode
  }
}

/**
 * Something is missing that the launcher cannot get. Names the one command that helps, after which this is to be tried
 * again, unless the command `repeats` it.
 */
export class CannotGoOn extends Error {
  constructor({ reason, command, repeats = false }) {
    super(`${reason}\nRun this one command${repeats ? '' : ', then try again'}:\n  ${command}`)
    this.exitCode = 1
  }
}

/** A message to a terminal that was closed is lost, and no reason to leave without clearing up. */
const outliveTerminal = () => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
}
