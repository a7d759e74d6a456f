import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './repository.mjs'

const lockFile = () =>
  join(tmpdir(), `vidnest-${createHash('sha256').update(root).digest('hex').slice(0, 12)}.lock`)

/** Lets one installation of this repository run at a time; the lock of a process that is gone does not count. */
export const withInstallLock = async (work) => {
  const path = lockFile()
  while (!take(path)) await sleep(200)
  try {
    await work()
  } finally {
    rmSync(path, { force: true })
  }
}

const take = (path) => {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') return true
    if (!isAlive(holder(path))) rmSync(path, { force: true })
    return false
  }
}

const holder = (path) => {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    return Number.NaN
  }
}

const isAlive = (pid) => {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
