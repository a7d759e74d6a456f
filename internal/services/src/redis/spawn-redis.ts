import { spawn, type ChildProcess } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServerStartError } from '../errors.ts'
import type { OwnedFolder } from '../lifetime/owned-folder.ts'
import type { ServerBinary } from '../resolve/resolver.ts'
import { askInfo, type RedisInfo } from './ask-info.ts'

export interface RedisProcess {
  child: ChildProcess
  pid: number
  info: RedisInfo
}

export interface RedisCommandLine {
  binary: ServerBinary
  folder: OwnedFolder
  port: number
  args: readonly string[]
}

const startLimitMs = 20_000

/** Starts the program and waits until the answer on its port comes from this very process, with its data loaded. */
export const spawnRedis = async (line: RedisCommandLine): Promise<RedisProcess> => {
  const log = join(line.folder.path, 'server.log')
  const output = await open(log, 'a')
  const child = spawn(line.binary.path, commandArguments(line), {
    cwd: line.folder.path,
    // A session of its own: Ctrl-C is for the program that uses the server, which then stops it in its order.
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
    env: { ...process.env, ...line.binary.env },
  })
  const failed = new Promise<Error>((resolve) => child.once('error', resolve))
  await output.close()
  child.unref()
  const pid = child.pid
  if (pid === undefined)
    throw new ServerStartError(`${line.binary.path} did not start: ${(await failed).message}`)
  line.folder.adopt(pid)
  child.once('exit', () => line.folder.disown(pid))
  const info = await waitForInfo(child, pid, line)
  if (info !== undefined) return { child, pid, info }
  child.kill('SIGKILL')
  throw new ServerStartError(
    `${line.binary.path} did not come up on port ${line.port}: ${lastWords(await readFile(log, 'utf8'))}`,
  )
}

const waitForInfo = async (
  child: ChildProcess,
  pid: number,
  line: RedisCommandLine,
): Promise<RedisInfo | undefined> => {
  const password = optionValue(line.args, '--requirepass')
  const deadline = performance.now() + startLimitMs
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    const info = await askInfo(line.port, password)
    if (info?.processId === pid && !info.loading) return info
    await sleep(10)
  }
  return undefined
}

const commandArguments = ({ folder, port, args }: RedisCommandLine): string[] => {
  const defaults: readonly [string, string][] = [
    ['--port', String(port)],
    ['--bind', '127.0.0.1'],
    ['--dir', folder.path],
    ['--save', ''],
    ['--appendonly', 'no'],
  ]
  // The name of a configuration file must come first.
  const file = args[0]?.startsWith('--') === false ? args.slice(0, 1) : []
  const missing = defaults.filter(([name]) => !args.includes(name))
  return [...file, ...missing.flat(), ...args.slice(file.length)]
}

/** The value that follows an option of the command line. */
export const optionValue = (args: readonly string[], name: string): string | undefined => {
  const at = args.lastIndexOf(name)
  return at === -1 ? undefined : args[at + 1]
}

const lastWords = (log: string): string => {
  const lines = log.trim().split('\n')
  return (
    lines.findLast((line) => /error|fail|bad|could not|can't|\*\*\*|already in use/i.test(line)) ??
    lines.at(-1) ??
    'no output'
  )
}
