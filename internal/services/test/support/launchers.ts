import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './until.ts'

const imports: Readonly<Record<string, string>> = {
  launch: 'launch.mjs',
  runOwned: 'run-owned.mjs',
  withRunFolder: 'run-folder.mjs',
  withInstallLock: 'lock/install-lock.mjs',
}

/** The launchers of a test, and a folder for what they and their programs write. */
export interface Launchers {
  readonly folder: string
  /** Where their temporary files go. */
  readonly temporary: string
  /**
   * The file of a launcher with this work: statements that know `ending`, `folder` and the parts of the real launchers,
   * and return the exit code.
   */
  write(work: string): string
  /** Starts a launcher with this work; nothing of its output is kept, but of its errors if asked. */
  start(work: string, stderr?: 'pipe'): ChildProcess
  /** Starts a Node, by default this one, that is to be ended with the test at the latest. */
  spawn(args: readonly string[], options?: SpawnOptions): ChildProcess
  /** The process ids that a program wrote to a file of the folder, one a line and `done` behind them. */
  idsIn(file: string): Promise<number[]>
  close(): void
}

export interface SpawnOptions {
  readonly node?: string
  readonly stderr?: 'pipe'
  readonly env?: Readonly<Record<string, string>>
}

export const createLaunchers = (): Launchers => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'launchers-')))
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  const started: ChildProcess[] = []
  let count = 0
  const launchers: Launchers = {
    folder,
    temporary,
    write(work) {
      const file = join(folder, `launcher-${String(++count)}.mjs`)
      writeFileSync(file, source(work, folder))
      return file
    },
    start: (work, stderr) => launchers.spawn([launchers.write(work)], stderr === undefined ? {} : { stderr }),
    spawn(args, { node = process.execPath, stderr, env = {} } = {}) {
      const child = spawn(node, args, {
        stdio: ['ignore', 'ignore', stderr ?? 'ignore'],
        env: { ...process.env, TMPDIR: temporary, ...env },
      })
      started.push(child)
      return child
    },
    async idsIn(file) {
      let ids: number[] = []
      await until(() => {
        const text = contentOf(join(folder, file))
        ids = text.endsWith('done\n') ? text.split('\n').slice(0, -2).map(Number) : []
        return ids.length > 0
      })
      return ids
    },
    close() {
      for (const child of started) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return launchers
}

/** The exit code of a launcher; `null` when a signal ended it. */
export const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode)
    else child.once('exit', resolve)
  })

const source = (work: string, folder: string): string => {
  const scripts = new URL('../../../../scripts/launch/', import.meta.url)
  const lines = Object.entries(imports).map(
    ([name, file]) => `import { ${name} } from ${JSON.stringify(new URL(file, scripts).href)}`,
  )
  return [
    ...lines,
    `const folder = ${JSON.stringify(folder)}`,
    `const run = (ending, program, options = {}) =>`,
    `  runOwned('/bin/sh', ['-c', program, 'sh', folder], { ending, ...options })`,
    `void launch(async (ending) => {`,
    work,
    `})`,
  ].join('\n')
}

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
