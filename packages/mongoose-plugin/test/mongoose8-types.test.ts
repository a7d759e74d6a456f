import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, it } from 'vitest'

const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))
const project = fileURLToPath(new URL('tsconfig.mongoose8.json', import.meta.url))

it('the type tests hold with Mongoose 8 too', { timeout: 60_000 }, async () => {
  const checked = promisify(execFile)(process.execPath, [tsc, '-p', project]).catch(
    (error: { stdout: string }) => error,
  )
  expect((await checked).stdout).toBe('')
})
