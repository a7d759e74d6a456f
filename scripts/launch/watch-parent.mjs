import { readFileSync } from 'node:fs'

const intervalMs = 250

/**
 * Calls back once when npm, which started this process directly or through a shell, is gone. What is to be ended with npm
 * must be started after this call, or npm may be gone before it was known.
 */
export const watchParent = (gone) => {
  const parent = process.ppid
  const shell = process.env.npm_lifecycle_event !== undefined ? describe(parent) : undefined
  const throughShell = shell !== undefined && /^(sh|dash|bash|zsh)$/.test(shell.name)
  const timer = setInterval(() => {
    const orphaned = process.ppid !== parent || (throughShell && describe(parent)?.ppid !== shell.ppid)
    if (!orphaned) return
    clearInterval(timer)
    gone()
  }, intervalMs)
  timer.unref()
}

/** Name and parent of a process, where the system has /proc. */
const describe = (pid) => {
  try {
    const [, name, rest] = /^\d+ \((.*)\) \S+ (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return { name, ppid: Number(rest.split(' ')[0]) }
  } catch {
    return undefined
  }
}
