import { packageManager, rerunCommand, root } from './repository.mjs'

const explanations = [
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network request.*failed|fetch failed/i,
    explain: () => ({
      reason:
        'The package registry cannot be reached. The first run needs it; later ones do not.\n' +
        'Connect this machine to the network; behind a proxy, set HTTPS_PROXY.',
      command: rerunCommand(),
      repeats: true,
    }),
  },
  {
    pattern: /ENOSPC/,
    explain: () => ({
      reason: 'The disk is full: the dependencies need about 1 GB.',
      command: 'npm cache clean --force',
    }),
  },
  {
    pattern: /EROFS/,
    explain: (log) => ({
      reason: `${placeIn(log)} is on a read-only file system, and the installation writes to it.`,
      command: `HOME="$(mktemp -d)" ${rerunCommand()}`,
      repeats: true,
    }),
  },
  {
    // npm says of a folder that it may not make that it does not exist.
    pattern: /EACCES|EPERM|ENOENT[^]*\bmkdir\b/,
    explain: (log) => ({
      reason: `${placeIn(log)} cannot be written, and the installation writes to it.`,
      command: `sudo chown -R "$(id -u)" "${root}" ~/.npm ~/.local/share/pnpm`,
    }),
  },
  {
    pattern: /OUTDATED_LOCKFILE/,
    explain: () => ({
      reason: 'A package.json was changed without the lockfile.',
      command: `npx -y ${packageManager()} install --no-frozen-lockfile`,
    }),
  },
]

/**
 * What went wrong with an installation, by its output, and the one command that helps; `repeats`: it is the very one that
 * failed, which goes well now, or in another way.
 */
export const explainInstall = (log) => {
  const found = explanations.find(({ pattern }) => pattern.test(log))
  return (
    found?.explain(log) ?? {
      reason: 'The dependencies could not be installed; the lines above say why.',
      command: `npx -y ${packageManager()} install`,
    }
  )
}

const placeIn = (log) => {
  const [, quoted, bare] =
    /\b(?:mkdir|open|rename|copyfile|symlink|link) '([^']+)'|\bpath (\/.+)/.exec(log) ?? []
  return quoted ?? bare ?? 'A folder'
}
