import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLaunchers, exitOf, type Launchers } from '../support/launchers.ts'
import { isRunning } from '../support/process-state.ts'
import { until } from '../support/until.ts'

let launchers: Launchers

beforeEach(() => {
  launchers = createLaunchers()
})

afterEach(() => launchers.close())

/** Starts a launcher that runs a shell program with a folder of the run. */
const launch = (program: string) =>
  launchers.start(
    `return withRunFolder(ending, ({ env, keeper }) => run(ending, ${JSON.stringify(program)}, { env, keeper }))`,
  )

const isEmpty = (): boolean => readdirSync(launchers.temporary).length === 0

it('is where the temporary files of the run go, and goes away with them and who works in it', async () => {
  const launcher = launch(
    'mkdir "$TMPDIR/made" && cd "$TMPDIR/made" && trap "" TERM && sleep 1000 & { echo $!; echo done; } > "$1/ids"; exit 3',
  )

  expect(await exitOf(launcher)).toBe(3)
  expect(isEmpty()).toBe(true)
  expect((await launchers.idsIn('ids')).filter(isRunning)).toEqual([])
})

it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
  'goes away when the launcher gets %s, after the program that still writes to it',
  async (signal) => {
    const lastWords = 'for i in 1 2 3 4 5; do mkdir -p "$TMPDIR/late/$i"; sleep 0.05; done; exit 0'
    const launcher = launch(
      `trap '${lastWords}' INT TERM HUP; mkdir "$TMPDIR/made"; { echo $$; echo done; } > "$1/ids"; while :; do sleep 0.05; done`,
    )
    const ids = await launchers.idsIn('ids')
    expect(isEmpty()).toBe(false)

    launcher.kill(signal)

    await until(isEmpty)
    expect(ids.filter(isRunning)).toEqual([])
  },
)
