import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A temporary folder that goes away, with every process working in it, when its owner lets go or dies. */
export interface OwnedFolder {
  path: string
  /** Also ends this process where the system cannot list processes by folder (macOS). */
  adopt(pid: number): void
  /** The process has ended by itself. */
  disown(pid: number): void
  /** Ends what still runs in the folder, removes it, and resolves when it is gone. */
  release(): Promise<void>
}

const script = fileURLToPath(new URL('./watch-folder.sh', import.meta.url))

/**
 * Makes a temporary folder watched by a small detached shell process, which holds the other end of a pipe to
 * this process: even SIGKILL closes that pipe. Servers must be started with the folder as working directory.
 */
export const createOwnedFolder = async (name: string, within: string = tmpdir()): Promise<OwnedFolder> => {
  const parent = await realpath(within)
  const path = join(parent, `vidnest-${name}-${randomBytes(6).toString('hex')}`)
  const watcher = spawn('/bin/sh', [script, path], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const input = watcher.stdin
  // The watcher may be gone before a line reaches it; its exit code says so.
  input.on('error', () => undefined)
  const first = await beginning(watcher)
  // A signal for this process's group ends also what is not yet out of it.
  if (first === 'ended by a signal') return createOwnedFolder(name, within)
  if (first === 'refused')
    throw new Error(`The folder ${parent} is not writable; for temporary files set TMPDIR to one that is.`)
  watcher.unref()
  unrefStream(input)

  const exited = new Promise<void>((resolve) => watcher.once('exit', () => resolve()))
  return {
    path,
    adopt: (pid) => void input.write(`+${pid}\n`),
    disown: (pid) => void input.write(`-${pid}\n`),
    release: async () => {
      watcher.ref()
      input.end()
      await exited
    },
  }
}

const beginning = (watcher: ChildProcess): Promise<'ready' | 'refused' | 'ended by a signal'> =>
  new Promise((resolve, reject) => {
    watcher.once('error', reject)
    watcher.once('exit', (code) => resolve(code === null ? 'ended by a signal' : 'refused'))
    watcher.stdout?.once('data', () => {
      watcher.stdout?.destroy()
      resolve('ready')
    })
  })

const unrefStream = (stream: unknown): void => {
  const socket = stream as { unref?: () => void }
  socket.unref?.()
}
