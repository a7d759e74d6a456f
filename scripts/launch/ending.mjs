import { constants } from 'node:os'
import { watchParent } from './watch-parent.mjs'

/**
 * Notices from now on what asks this launcher to end: a signal, or the death of npm above it. There is one of it for the
 * whole run: a launcher that began to look anew with every program would take the next best process for npm.
 */
export const watchEnding = () => {
  const listeners = new Set()
  const ending = {
    /** The exit code to end with; `undefined` until the launcher is asked to end. */
    code: undefined,
    /** Calls back with every request: its signal, or `undefined` when npm is gone. Returns a way to stop. */
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** @throws {Stopped} once the launcher was asked to end. */
    check() {
      if (ending.code !== undefined) throw new Stopped(ending.code)
    },
  }
  const request = (signal) => {
    ending.code ??= 128 + constants.signals[signal ?? 'SIGHUP']
    for (const listener of listeners) listener(signal)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => request(signal))
  watchParent(() => request(undefined))
  return ending
}

/** The launcher was asked to end and does, with this exit code. */
export class Stopped extends Error {
  constructor(exitCode) {
    super('stopped')
    this.exitCode = exitCode
  }
}
