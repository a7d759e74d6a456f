import { run } from '../workspace/run.ts'
import type { Tarball } from './pack-packages.ts'

/**
 * Rejects with what publint or are-the-types-wrong has to say about a tarball.
 * `cjs-resolves-to-esm` is left out: from Node 22.12 on, `require()` loads an ES module.
 */
export async function checkTarball({ file }: Tarball): Promise<void> {
  const attw = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--no-definitely-typed', file]
  await Promise.all([run('publint', ['--strict', file]), run('attw', ['--format', 'ascii', ...attw])])
}
