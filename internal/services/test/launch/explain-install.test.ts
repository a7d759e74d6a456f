import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const explainer = new URL('../../../../scripts/launch/explain-install.mjs', import.meta.url)

interface Explanation {
  readonly reason: string
  readonly command: string
  readonly repeats?: boolean
}

const explain = (log: string): Explanation => {
  const program = `import { explainInstall } from ${JSON.stringify(explainer.href)}
console.log(JSON.stringify(explainInstall(process.argv[1])))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, log], {
    encoding: 'utf8',
    env: { ...process.env, npm_lifecycle_event: 'demo' },
  })
  return JSON.parse(stdout) as Explanation
}

const npmSaysOfAReadOnlyHome = `npm error code ENOENT
npm error syscall mkdir
npm error path /home/ada/.npm
npm error errno ENOENT
npm error enoent Invalid response body while trying to fetch https://some.host/pnpm: ENOENT: no such file or directory, mkdir '/home/ada/.npm'`

it.each([
  ['getaddrinfo ENOTFOUND some.host', /^The package registry cannot be reached.*Connect this machine/s],
  ['ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE', /changed without the lockfile/],
  [
    "EACCES: permission denied, mkdir '/home/ada/.npm/_cacache'",
    /^\/home\/ada\/\.npm\/_cacache cannot be written/,
  ],
  [npmSaysOfAReadOnlyHome, /^\/home\/ada\/\.npm cannot be written/],
  ["EROFS: read-only file system, open '/mnt/x'", /^\/mnt\/x is on a read-only file system/],
  ['ENOSPC: no space left on device', /disk is full/],
  ['something else', /the lines above say why/],
])('explains an installation that failed with %s, and names one command', (log, reason) => {
  const explanation = explain(log)

  expect(explanation.reason).toMatch(reason)
  expect(explanation.command).not.toBe('')
})

it.each([
  ['the network is back', 'getaddrinfo ENOTFOUND some.host', 'npm run demo'],
  ['nothing is written there', 'EROFS: read-only file system', 'HOME="$(mktemp -d)" npm run demo'],
])('names the command itself where it goes well once %s', (_once, log, command) => {
  expect(explain(log)).toMatchObject({ command, repeats: true })
})
