import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Of open(2) on macOS and the BSDs: takes an flock(2) in the same step; Node passes it on and has no name for it. */
const O_EXLOCK = 0x20
const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK
const againMs = 200

/**
 * Takes a lock where `open` can lock: on a file that holds the process id of its holder. What a killed holder leaves is a
 * file without a lock, which the next one takes. Resolves as {@link takeLockSocket} does.
 */
export const takeLockFile = async (name) => {
  const path = join(tmpdir(), `${name}.lock`)
  try {
    const file = openSync(path, flags, 0o600)
    if (!isStillAt(path, file)) {
      // Its last holder removed the file between our opening it and our having its lock.
      closeSync(file)
      return takeLockFile(name)
    }
    writeSync(file, `${process.pid}\n`.padEnd(16), 0)
    return {
      release: () => {
        rmSync(path, { force: true })
        closeSync(file)
      },
    }
  } catch (error) {
    if (error.code !== 'EAGAIN') return { impossible: error.code }
    return { holder: readHolder(path), ended: sleep(againMs), leave: () => undefined }
  }
}

const isStillAt = (path, file) => statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(file).ino

const readHolder = (path) => {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || undefined
  } catch {
    return undefined
  }
}
