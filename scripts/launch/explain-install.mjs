import { packageManager } from './repository.mjs'

const explanations = [
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network request.*failed|fetch failed/i,
    reason: 'The package registry cannot be reached. The first run needs the network; later ones do not.',
    command: 'npm ping',
  },
  {
    pattern: /ENOSPC/,
    reason: 'The disk is full: the dependencies need about 1 GB.',
    command: 'df -h .',
  },
  {
    pattern: /EROFS|EACCES|EPERM/,
    reason: 'A folder that the installation writes to is not writable (this one, or the home folder).',
    command: 'sudo chown -R "$(id -u)" . ~/.npm ~/.local/share/pnpm',
  },
  {
    pattern: /OUTDATED_LOCKFILE/,
    reason: 'A package.json was changed without the lockfile.',
    command: () => `npx -y ${packageManager()} install --no-frozen-lockfile`,
  },
]

/** What went wrong with an installation, by its output, and the one command that helps. */
export const explainInstall = (log) => {
  const found = explanations.find(({ pattern }) => pattern.test(log))
  if (found === undefined) {
    return {
      reason: 'The dependencies could not be installed; the lines above say why.',
      command: `npx -y ${packageManager()} install`,
    }
  }
  return {
    reason: found.reason,
    command: typeof found.command === 'function' ? found.command() : found.command,
  }
}
