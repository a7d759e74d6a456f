import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CannotGoOn } from './launch.mjs'
import { rerunCommand, watchFolder } from './repository.mjs'

/**
 * Runs the work with one folder for everything temporary of the whole run. When the work is done, and also when this
 * process is killed, every process that works in it is ended and it goes away, after what `runOwned` ran has ended.
 */
export const withRunFolder = async (ending, work) => {
  const temporary = realpathSync(tmpdir())
  const path = join(temporary, `vidnest-run-${randomBytes(6).toString('hex')}`)
  const watcher = spawn('/bin/sh', [watchFolder, path], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const exited = new Promise((resolve) => watcher.once('exit', resolve))
  watcher.stdin.on('error', () => undefined)
  const first = await beginning(watcher)
  if (first !== 'ready') ending.check()
  // A signal for this process's group ends also what is not yet out of it.
  if (first === 'ended by a signal') return withRunFolder(ending, work)
  if (first === 'refused') {
    throw new CannotGoOn({
      reason: `The folder ${temporary}, where temporary files go, is not writable.`,
      command: `mkdir -p ~/tmp && TMPDIR=~/tmp ${rerunCommand()}`,
      repeats: true,
    })
  }
  try {
    return await work({ path, keeper: watcher.stdin, env: environmentIn(path) })
  } finally {
    // Not end(), which would shut the pipe for the guard too.
    watcher.stdin.destroy()
    await exited
  }
}

/** What outlives the run, as a download that has no better place, must not be kept in its folder. */
const environmentIn = (path) => ({
  TMPDIR: path,
  VIDNEST_LASTING_TMPDIR: process.env.VIDNEST_LASTING_TMPDIR ?? tmpdir(),
})

const beginning = (watcher) =>
  new Promise((resolve) => {
    watcher.once('error', () => resolve('refused'))
    watcher.once('exit', (code) => resolve(code === null ? 'ended by a signal' : 'refused'))
    watcher.stdout.once('data', () => {
      watcher.stdout.destroy()
      resolve('ready')
    })
  })
