import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { root } from './repository.mjs'

const supervise = fileURLToPath(new URL('./supervise.sh', import.meta.url))
const patienceMs = 10_000

/**
 * Runs a program to its end and resolves to its exit code. It gets the signals that this process gets. It, and
 * what it started, ends when this process or npm above it is killed, even with SIGKILL. Once this process was asked to
 * end, nothing is started any more. `wholeGroup`: what it started gets the signals too, as from a terminal. `keeper` is a
 * pipe that stays open until all of it has ended, even then.
 */
export const runOwned = (program, args, { ending, env = {}, output, timeoutMs, wholeGroup, keeper }) =>
  new Promise((resolve) => {
    if (ending.code !== undefined) return resolve(ending.code)
    const stdout = output ? 'pipe' : 'inherit'
    const child = spawn('/bin/sh', [supervise, program, ...args], {
      cwd: root,
      detached: true,
      stdio: ['ignore', stdout, stdout, 'pipe', keeper ?? 'ignore'],
      env: definedOnly({ ...process.env, ...env }),
    })
    const guard = child.stdio[3]
    guard.on('error', () => undefined)
    const letGo = () => guard.destroy()
    let impatience
    const stopForwarding = ending.listen((signal) => {
      if (signal === undefined) return letGo()
      send(signal, wholeGroup ? -child.pid : child.pid)
      impatience ??= setTimeout(letGo, patienceMs)
    })
    const limit = timeoutMs === undefined ? undefined : setTimeout(letGo, timeoutMs)
    if (output)
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', output)

    const finish = (code) => {
      clearTimeout(limit)
      clearTimeout(impatience)
      stopForwarding()
      letGo()
      resolve(code)
    }
    child.once('error', () => finish(127))
    child.once('exit', (code, signal) => finish(code ?? 128 + (constants.signals[signal] ?? 0)))
  })

const send = (signal, pid) => {
  try {
    process.kill(pid, signal)
  } catch {
    // It has just ended.
  }
}

const definedOnly = (env) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
