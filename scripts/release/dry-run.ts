import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { checkTarball } from '../package/check-tarball.ts'
import { packPackages, type Tarball } from '../package/pack-packages.ts'
import { run } from '../workspace/run.ts'
import { versionedCopy } from './versioned-copy.ts'

/** Rejects unless the packages have one version and name each other by it. */
async function checkVersions(tarballs: readonly Tarball[]): Promise<string> {
  const versions = new Set(tarballs.map(({ version }) => version))
  const [version] = versions
  if (version === undefined || versions.size > 1) {
    throw new Error(`The packages are released together, but have the versions ${[...versions].join(', ')}.`)
  }
  for (const { name, file } of tarballs) {
    const { stdout } = await run('tar', ['-xzOf', file, 'package/package.json'])
    const { peerDependencies = {} } = JSON.parse(stdout) as { peerDependencies?: Record<string, string> }
    const core = peerDependencies['@vidnest/cache-core']
    if (core !== undefined && core !== `^${version}`) throw new Error(`${name} asks for cache-core ${core}.`)
  }
  return version
}

async function publishDry({ file }: Tarball): Promise<void> {
  await run('npm', ['publish', '--dry-run', '--offline', '--access', 'public', file])
}

/** Versions, packs, checks and publishes the built packages without writing to the work tree or the network. */
export async function dryRun(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vidnest-release-'))
  try {
    await versionedCopy(folder)
    const tarballs = await packPackages(folder, folder)
    const version = await checkVersions(tarballs)
    await Promise.all(tarballs.map(checkTarball))
    await Promise.all(tarballs.map(publishDry))
    return `${tarballs.map(({ name }) => name).join(', ')} would be published as ${version}.`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (import.meta.main) process.stdout.write(`${await dryRun()}\n`)
