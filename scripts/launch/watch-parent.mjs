import { readFileSync } from 'node:fs'

const intervalMs = 250

/**
 * Remembers npm, which started this process directly or through a shell, and returns a watch over it: that calls back
 * once when npm is gone, and returns a way to stop. What is to be ended with npm must be started after this call, or npm
 * may be gone before it was known.
 */
export const rememberParent = () => {
  const parent = process.ppid
  const shell = process.env.npm_lifecycle_event !== undefined ? describe(parent) : undefined
  const throughShell = shell !== undefined && /^(sh|dash|bash|zsh)$/.test(shell.name)
  return (gone) => {
    const timer = setInterval(() => {
      const orphaned = process.ppid !== parent || (throughShell && describe(parent)?.ppid !== shell.ppid)
      if (!orphaned) return
      clearInterval(timer)
      gone()
    }, intervalMs)
    return () => clearInterval(timer)
  }
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
