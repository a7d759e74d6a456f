import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLaunchers, exitOf, type Launchers } from '../support/launchers.ts'
import { until } from '../support/until.ts'

/** The repository's own, which has `process.execve`. */
const ownNode = fileURLToPath(new URL('../../../../node_modules/node/bin/node', import.meta.url))

let launchers: Launchers

beforeEach(() => {
  launchers = createLaunchers()
})

afterEach(() => launchers.close())

/** A launcher that does this while it has the lock of the test's folder, and then returns 0. */
const locked = (work: string): string =>
  `await withInstallLock(async () => { ${work} }, { ending, folder }); return 0`

const holdsFor = (program: string): string => locked(`await run(ending, ${JSON.stringify(program)})`)
const holdsForEver = holdsFor('{ echo $$; echo done; } > "$1/held"; exec sleep 1000')

describe('the lock of an installation', () => {
  it('is had by one at a time', async () => {
    const visit = holdsFor('echo in >> "$1/log"; sleep 0.02; echo out >> "$1/log"')

    const codes = await Promise.all([1, 2, 3, 4, 5, 6].map(() => exitOf(launchers.start(visit))))

    expect(codes).toEqual([0, 0, 0, 0, 0, 0])
    const log = readFileSync(join(launchers.folder, 'log'), 'utf8')
    expect(log).toBe('in\nout\n'.repeat(6))
  })

  it('goes with a holder that is killed', async () => {
    const holder = launchers.start(holdsForEver)
    await launchers.idsIn('held')
    const next = exitOf(launchers.start(locked('')))

    holder.kill('SIGKILL')

    expect(await next).toBe(0)
  })

  it('goes with a holder that ends the program in the middle of its work', async () => {
    expect(await exitOf(launchers.start(locked('process.exit(3)')))).toBe(3)
    expect(await exitOf(launchers.start(locked('')))).toBe(0)
  })

  it('goes with its holder though the next process has the same id', async () => {
    const next = launchers.write(locked(`return run(ending, 'echo $PPID > "$1/next"')`))
    // What execve starts is the same process to everybody who judges by its id.
    const become = `process.execve(process.execPath, [process.execPath, ${JSON.stringify(next)}], process.env)`
    const first = launchers.spawn([launchers.write(locked(become))], { node: ownNode })

    expect(await exitOf(first)).toBe(0)
    expect(Number(readFileSync(join(launchers.folder, 'next'), 'utf8'))).toBe(first.pid)
  })
})

describe('who waits for it', () => {
  it('says for whom', async () => {
    const holder = launchers.start(holdsForEver)
    await launchers.idsIn('held')

    const { said } = listen(launchers.start(locked(''), 'pipe'))

    await until(() => said().includes('\n'))
    expect(said()).toBe(`… Waiting for process ${String(holder.pid)}, which is installing into this folder\n`)
  })

  it('goes on when the holder is done, and says so', async () => {
    const holder = launchers.start(
      holdsFor('{ echo $$; echo done; } > "$1/held"; until [ -e "$1/end" ]; do sleep 0.02; done'),
    )
    await launchers.idsIn('held')
    const waiter = launchers.start(locked(`return run(ending, 'echo $PPID > "$1/next"')`), 'pipe')
    const { said } = listen(waiter)
    await until(() => said().includes('Waiting'))

    const end = launchers.start(`return run(ending, 'touch "$1/end"')`)

    expect(await Promise.all([end, holder, waiter].map(exitOf))).toEqual([0, 0, 0])
    expect(said()).toMatch(/^✓ Waiting for process \d+, .* \(\d+\.\d s\)\n$/m)
  })

  it('stops when asked to', async () => {
    launchers.start(holdsForEver)
    await launchers.idsIn('held')
    const waiter = launchers.start(locked(''), 'pipe')
    const { said } = listen(waiter)
    await until(() => said().includes('Waiting'))

    waiter.kill('SIGTERM')

    expect(await exitOf(waiter)).toBe(143)
  })
})

const listen = (child: ReturnType<Launchers['start']>): { said: () => string } => {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (text += part))
  return { said: () => text }
}
