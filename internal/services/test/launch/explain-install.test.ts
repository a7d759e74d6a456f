import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const explainer = new URL('../../../../scripts/launch/explain-install.mjs', import.meta.url)

const explain = (log: string): { reason: string; command: string } => {
  const program = `import { explainInstall } from ${JSON.stringify(explainer.href)}
console.log(JSON.stringify(explainInstall(process.argv[1])))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, log], {
    encoding: 'utf8',
  })
  return JSON.parse(stdout) as { reason: string; command: string }
}

it.each([
  ['getaddrinfo ENOTFOUND some.host', /first run needs the network/],
  ['ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE', /changed without the lockfile/],
  ['EACCES: permission denied, mkdir', /not writable/],
  ['ENOSPC: no space left on device', /disk is full/],
  ['something else', /the lines above say why/],
])('explains an installation that failed with %s, and names one command', (log, reason) => {
  const explanation = explain(log)

  expect(explanation.reason).toMatch(reason)
  expect(explanation.command).not.toBe('')
})
