import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

/** Whether a process runs; a zombie does not. */
export const isRunning = (pid: number): boolean => {
  const state = processState(pid)
  return state !== '' && state !== 'Z'
}

/** The letter of its state: `T` for a stopped process, empty for one that is gone. */
export const processState = (pid: number): string => {
  if (process.platform !== 'linux')
    return ps(['-o', 'stat=', '-p', String(pid)])
      .trim()
      .charAt(0)
  return / \(.*\) (\w)/s.exec(read(`/proc/${pid}/stat`))?.[1] ?? ''
}

/** The running processes whose command line holds the text. */
export const processesNaming = (text: string): number[] => {
  const lines =
    process.platform === 'linux'
      ? readdirSync('/proc').map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`)
      : ps(['-ww', '-A', '-o', 'pid=,args=']).split('\n')
  const ids = lines.filter((line) => line.includes(text)).map((line) => Number.parseInt(line, 10))
  return ids.filter((pid) => pid !== process.pid && isRunning(pid))
}

// A minimal Linux has no ps, but /proc.
const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const ps = (args: string[]): string => spawnSync('ps', args, { encoding: 'utf8' }).stdout
