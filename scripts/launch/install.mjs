import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { announce } from './announce.mjs'
import { explainInstall } from './explain-install.mjs'
import { isWritable } from './is-writable.mjs'
import { CannotGoOn } from './launch.mjs'
import { withInstallLock } from './lock/install-lock.mjs'
import { homeToInstall, needsOwnHome } from './npm-home.mjs'
import { packageManager, root } from './repository.mjs'
import { runOwned } from './run-owned.mjs'
import { isInstalled, markInstalled } from './stamp.mjs'

const heartbeatMs = 5000

const installOptions = [
  '--frozen-lockfile',
  // The pinned package manager is the one that runs: nothing about it is to be recorded in the lockfile.
  '--pm-on-fail=ignore',
  '--prefer-offline',
  '--prod=false',
  '--reporter=append-only',
]

/**
 * Installs the dependencies, the repository's Node among them, unless they are there.
 * @throws {CannotGoOn} {Stopped}
 */
export const install = async (ending) => {
  if (isInstalled()) return
  if (!isWritable(root)) {
    const copy = join(isWritable(homedir()) ? homedir() : tmpdir(), 'vidnest')
    throw new CannotGoOn({
      reason: `The folder ${root} is read-only, and the dependencies are not installed in it yet.`,
      command: `cp -R "${root}" "${copy}" && cd "${copy}"`,
    })
  }
  await withInstallLock(async () => isInstalled() || installNow(ending), { ending })
}

const installNow = async (ending) => {
  if (needsOwnHome())
    process.stderr.write(`– ${homedir()} cannot be written: what is downloaded is kept in ${root}/.cache\n`)
  const step = announce(`Installing the dependencies with ${packageManager()} (the first time only)`)
  let log = ''
  const output = (text) => (log += text)
  const heartbeat = setInterval(() => step.tell(lastLine(log)), heartbeatMs)
  const args = ['-y', packageManager(), 'install', ...installOptions]
  // npx leaves it to the terminal to tell the package manager of Ctrl-C.
  const options = { ending, env: installEnvironment(), output, wholeGroup: true }
  const code = await runOwned('npx', args, options)
  clearInterval(heartbeat)
  if (code === 0) markInstalled()
  ending.check()
  if (code === 0) return step.done()
  step.failed(`exit code ${code}`)
  process.stderr.write(`${log.trim().split('\n').slice(-15).join('\n')}\n`)
  throw new CannotGoOn(explainInstall(log))
}

/** Development dependencies are needed whatever the caller's environment says, and nobody answers questions. */
const installEnvironment = () => ({
  ...homeToInstall(),
  CI: 'true',
  NODE_ENV: undefined,
  npm_config_production: undefined,
  npm_config_omit: undefined,
  npm_config_prefer_offline: 'true',
  // Four tries within a quarter of a minute, instead of three within more than one.
  npm_config_fetch_retries: '3',
  npm_config_fetch_retry_factor: '3',
  npm_config_fetch_retry_mintimeout: '1000',
})

const lastLine = (text) => text.trim().split('\n').at(-1).trim().slice(0, 100)
