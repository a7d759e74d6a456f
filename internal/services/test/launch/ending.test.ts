import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLaunchers, exitOf, type Launchers } from '../support/launchers.ts'
import { isRunning, processesNaming } from '../support/process-state.ts'
import { until } from '../support/until.ts'

let launchers: Launchers

beforeEach(() => {
  launchers = createLaunchers()
})

afterEach(() => launchers.close())

const waiting = 'sleep 1000 & { echo $!; echo $$; echo done; } > "$1/ids"; wait'
const second = 'touch "$1/second"'

/** Two programs one after the other, whatever becomes of the first, as the cells of the matrix are run. */
const twoPrograms = `
  const code = await run(ending, ${JSON.stringify(waiting)})
  const other = await run(ending, ${JSON.stringify(second)})
  return code === 0 ? other : code`

const hasStartedSecond = (): boolean => existsSync(join(launchers.folder, 'second'))

describe('a launcher that runs several programs', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('starts no other after %s', async (signal, exitCode) => {
    const launcher = launchers.start(twoPrograms)
    const ids = await launchers.idsIn('ids')

    launcher.kill(signal)

    expect(await exitOf(launcher)).toBe(exitCode)
    await until(() => !ids.some(isRunning))
    expect(hasStartedSecond()).toBe(false)
  })

  it.each([
    ['directly', 'exec'],
    ['through a shell', ''],
  ])('ends, and starts no other, when npm that started it %s is killed', async (_how, exec) => {
    const file = launchers.write(twoPrograms)
    const script = `${exec} "${process.execPath}" "${file}"; exit $?`
    const npm = `const shell = require('child_process').spawn('/bin/sh', ['-c', ${JSON.stringify(script)}], { stdio: 'ignore' }); shell.once('exit', process.exit)`
    const above = launchers.spawn(['-e', npm], { env: { npm_lifecycle_event: 'demo' } })
    const ids = await launchers.idsIn('ids')
    const own = processesNaming(file).filter((pid) => pid !== above.pid)
    expect(own).not.toEqual([])

    above.kill('SIGKILL')

    await until(() => ![...ids, ...own].some(isRunning))
    expect(hasStartedSecond()).toBe(false)
  })

  it('clears up when the terminal that it writes to is closed', async () => {
    const launcher = launchers.start(
      `return withRunFolder(ending, async () => {
        const code = await run(ending, ${JSON.stringify(waiting)})
        process.stderr.write('a word to nobody')
        await new Promise((resolve) => setImmediate(resolve))
        return code
      })`,
      'pipe',
    )
    await launchers.idsIn('ids')
    expect(readdirSync(launchers.temporary)).toHaveLength(1)

    launcher.stderr?.destroy()
    launcher.kill('SIGHUP')

    expect(await exitOf(launcher)).toBe(129)
    expect(readdirSync(launchers.temporary)).toEqual([])
  })
})
