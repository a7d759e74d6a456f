import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { announce } from '../announce.mjs'
import { root } from '../repository.mjs'
import { takeLockFile } from './lock-file.mjs'
import { takeLockSocket } from './lock-socket.mjs'

const take = process.platform === 'linux' ? takeLockSocket : takeLockFile

/**
 * Lets one installation into this folder run at a time on this machine. The lock is the kernel's own, which goes with
 * its process however that ends: nothing of it is left behind, and nobody has to judge who is still alive.
 */
export const withInstallLock = async (work, { ending, folder = root }) => {
  const name = `vidnest-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 12)}`
  const taken = await takeInTurn(name, ending)
  if (taken.impossible !== undefined)
    process.stderr.write(`– Installing without a lock, which is not to be had here: ${taken.impossible}\n`)
  try {
    return await work()
  } finally {
    taken.release?.()
  }
}

/** Waits for every holder before, saying for whom. @throws {Stopped} */
const takeInTurn = async (name, ending) => {
  let wait
  for (;;) {
    ending.check()
    const taken = await take(name)
    const { holder, ended, leave } = taken
    if (wait !== undefined && (ended === undefined || holder !== wait.holder)) {
      wait.step.done()
      wait = undefined
    }
    if (ended === undefined) return taken
    wait ??= { holder, step: announceWait(holder) }
    await either(ended, ending)
    leave()
  }
}

const either = (ended, ending) =>
  new Promise((resolve) => {
    const stop = ending.listen(resolve)
    void ended.then(resolve).finally(stop)
  })

const announceWait = (holder) =>
  announce(
    `Waiting for ${holder === undefined ? 'another process' : `process ${holder}`}, which is installing into this folder`,
  )
