import type { Redis } from 'ioredis'

/** Commands faster than this are not told apart: the log of each would slow them down. */
export const unseenMs = 0.02

/** Commands of the harness and of connections that open. */
const ownCommands = new Set(['config', 'slowlog', 'info', 'flushall', 'client', 'hello'])

/** From now on {@link longestCommandMs} counts. */
export async function watchCommands(admin: Redis): Promise<void> {
  await admin.config('SET', 'slowlog-log-slower-than', String(unseenMs * 1000), 'slowlog-max-len', '50000')
  await admin.slowlog('RESET')
}

/** Milliseconds for which one command held Redis up, since {@link watchCommands}; at least {@link unseenMs}. */
export async function longestCommandMs(admin: Redis): Promise<number> {
  const entries = (await admin.slowlog('GET', '50000')) as [number, number, number, string[]][]
  const times = entries.flatMap(([, , us, [command = '']]) =>
    ownCommands.has(command.toLowerCase()) ? [] : [us / 1000],
  )
  return Math.max(unseenMs, ...times)
}

/** One number of INFO. */
export async function serverNumber(admin: Redis, section: string, field: string): Promise<number> {
  const info = await admin.info(section)
  const value = new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1]
  if (value === undefined) throw new Error(`INFO ${section} has no ${field}`)
  return Number(value)
}
