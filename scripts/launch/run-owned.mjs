import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { rememberParent } from './watch-parent.mjs'
import { root } from './repository.mjs'

const supervise = fileURLToPath(new URL('./supervise.sh', import.meta.url))
const patienceMs = 10_000

/**
 * Runs a program to its end and resolves to its exit code. It gets the signals that this process gets. It, and
 * what it started, ends when this process or npm above it is killed, even with SIGKILL.
 */
export const runOwned = (program, args, { env = {}, output, timeoutMs } = {}) =>
  new Promise((resolve) => {
    const stdout = output ? 'pipe' : 'inherit'
    // Listening starts first: a signal that came before would end this process and leave the program's own way out.
    const signals = catchSignals()
    const watchParent = rememberParent()
    const child = spawn('/bin/sh', [supervise, program, ...args], {
      cwd: root,
      detached: true,
      stdio: ['ignore', stdout, stdout, 'pipe'],
      env: definedOnly({ ...process.env, ...env }),
    })
    const guard = child.stdio[3]
    guard.on('error', () => undefined)
    const letGo = () => guard.destroy()
    const stopWatching = watchParent(letGo)
    const stopForwarding = signals.forwardTo(child, letGo)
    const limit = timeoutMs === undefined ? undefined : setTimeout(() => letGo(), timeoutMs)
    if (output)
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', output)

    const finish = (code) => {
      clearTimeout(limit)
      stopWatching()
      stopForwarding()
      letGo()
      resolve(code)
    }
    child.once('error', () => finish(127))
    child.once('exit', (code, signal) => finish(code ?? 128 + (constants.signals[signal] ?? 0)))
  })

/** Catches the signals that ask this process to end, and passes them on once there is somebody to pass them to. */
const catchSignals = () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const caught = []
  let receive = (signal) => caught.push(signal)
  const listener = (signal) => receive(signal)
  for (const signal of signals) process.on(signal, listener)
  return {
    forwardTo(child, letGo) {
      let impatience
      receive = (signal) => {
        child.kill(signal)
        impatience ??= setTimeout(() => letGo(), patienceMs)
      }
      caught.forEach(receive)
      return () => {
        clearTimeout(impatience)
        for (const signal of signals) process.off(signal, listener)
      }
    },
  }
}

const definedOnly = (env) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
