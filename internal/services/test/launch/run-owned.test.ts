import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLaunchers, exitOf, type Launchers } from '../support/launchers.ts'
import { isRunning } from '../support/process-state.ts'
import { until } from '../support/until.ts'

let launchers: Launchers

beforeEach(() => {
  launchers = createLaunchers()
})

afterEach(() => launchers.close())

/** Starts a launcher that runs one shell program, which has the test's folder as `$1`. */
const launch = (program: string) => launchers.start(`return run(ending, ${JSON.stringify(program)})`)

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
  await launchers.idsIn('ids')

  launcher.kill('SIGTERM')

  expect(await exitOf(launcher)).toBe(5)
})

it('forwards a signal to what the program started as well, where that is asked for', async () => {
  const worker = `trap 'touch "$1/told"; exit 0' INT; { echo $$; echo done; } > "$1/ids"; while :; do sleep 0.05; done`
  const program = `trap : INT; /bin/sh -c '${worker.replaceAll("'", String.raw`'\''`)}' sh "$1"; exit 6`
  const launcher = launchers.start(`return run(ending, ${JSON.stringify(program)}, { wholeGroup: true })`)
  await launchers.idsIn('ids')

  launcher.kill('SIGINT')

  expect(await exitOf(launcher)).toBe(6)
  expect(existsSync(join(launchers.folder, 'told'))).toBe(true)
})

it('ends what the program leaves behind when it ends', async () => {
  const launcher = launch('sleep 1000 & { echo $!; echo done; } > "$1/ids"; exit 0')

  expect(await exitOf(launcher)).toBe(0)
  const ids = await launchers.idsIn('ids')
  await until(() => !ids.some(isRunning))
})

it('leaves no process when it is killed', async () => {
  const launcher = launch('sleep 1000 & { echo $!; echo $$; echo done; } > "$1/ids"; wait')
  const ids = await launchers.idsIn('ids')
  expect(ids.map(isRunning)).toEqual([true, true])

  launcher.kill('SIGKILL')

  await until(() => !ids.some(isRunning))
})
