import { UnreachableError } from '../errors.ts'
import { lastLine, runCommand, type CommandResult } from './run-command.ts'

/** Why apt cannot be used here, or `undefined` when it can. */
export const canUseApt = async (): Promise<string | undefined> => {
  if (process.platform !== 'linux' || (await runCommand('apt-get', ['--version'])).code !== 0)
    return 'apt is not on this system'
  return process.getuid?.() === 0 ? undefined : 'apt needs root'
}

/** Runs apt-get without questions. */
export const aptGet = (args: readonly string[]): Promise<CommandResult> =>
  runCommand('apt-get', ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: 10 * 60_000,
  })

/** Why apt-get failed. */
export const explainApt = ({ stderr }: CommandResult): Error =>
  /Temporary failure resolving|Could not resolve|Could not connect|Cannot initiate the connection/.test(
    stderr,
  )
    ? new UnreachableError('the package archive of this system cannot be reached')
    : new Error(`apt-get failed: ${lastLine(stderr)}`)
