import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isRunning, processesNaming } from '../support/process-state.ts'
import { until } from '../support/until.ts'

const runOwned = new URL('../../../../scripts/launch/run-owned.mjs', import.meta.url)

let folder = ''
let started: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-owned-'))
  // A launcher that runs the shell program it is given.
  const launcher = `import { runOwned } from ${JSON.stringify(runOwned.href)}
process.exitCode = await runOwned('/bin/sh', ['-c', process.argv[2], 'sh', ${JSON.stringify(folder)}])`
  await writeFile(join(folder, 'launcher.mjs'), launcher)
})

afterEach(async () => {
  for (const child of started) child.kill('SIGKILL')
  started = []
  await rm(folder, { recursive: true, force: true })
})

const launch = (program: string): ChildProcess => {
  const child = spawn(process.execPath, [join(folder, 'launcher.mjs'), program], { stdio: 'ignore' })
  started.push(child)
  return child
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', resolve))

/** The process ids that the program wrote, once it has. */
const idsIn = async (file: string): Promise<number[]> => {
  let ids: number[] = []
  await until(async () => {
    const text = await readFile(join(folder, file), 'utf8').catch(() => '')
    ids = text.endsWith('done\n') ? text.split('\n').slice(0, -2).map(Number) : []
    return ids.length > 0
  })
  return ids
}

const withChild = 'sleep 1000 & { echo $!; echo $$; echo done; } > "$1/ids"; wait'

it('passes the exit code on', async () => {
  expect(await exitOf(launch('exit 7'))).toBe(7)
})

it('turns the end by a signal into an exit code', async () => {
  expect(await exitOf(launch('kill -KILL $$'))).toBe(137)
})

it('forwards a signal and waits for the program to end in its own way', async () => {
  const launcher = launch(
    `trap 'exit 5' TERM; { echo $$; echo done; } > "$1/ids"; while :; do sleep 0.05; done`,
  )
  await idsIn('ids')

  launcher.kill('SIGTERM')

  expect(await exitOf(launcher)).toBe(5)
})

it('ends what the program leaves behind when it ends', async () => {
  const launcher = launch('sleep 1000 & { echo $!; echo done; } > "$1/ids"; exit 0')

  expect(await exitOf(launcher)).toBe(0)
  const ids = await idsIn('ids')
  await until(() => !ids.some(isRunning))
})

it('leaves no process when it is killed', async () => {
  const launcher = launch(withChild)
  const ids = await idsIn('ids')
  expect(ids.map(isRunning)).toEqual([true, true])

  launcher.kill('SIGKILL')

  await until(() => !ids.some(isRunning))
})

it('leaves no process when npm above it is killed, even where a shell stands between them', async () => {
  const script = `"${process.execPath}" "${join(folder, 'launcher.mjs')}" '${withChild}'; exit $?`
  const npm = `const shell = require('child_process').spawn('/bin/sh', ['-c', ${JSON.stringify(script)}], { stdio: 'ignore' }); shell.once('exit', process.exit)`
  const above = spawn(process.execPath, ['-e', npm], {
    stdio: 'ignore',
    env: { ...process.env, npm_lifecycle_event: 'demo' },
  })
  started.push(above)
  const ids = await idsIn('ids')
  const launchers = processesNaming(join(folder, 'launcher.mjs')).filter((pid) => pid !== above.pid)
  expect(launchers).not.toEqual([])

  above.kill('SIGKILL')

  await until(() => ![...ids, ...launchers].some(isRunning))
})
