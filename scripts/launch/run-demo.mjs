import { install } from './install.mjs'
import { environmentOf } from './own-environment.mjs'
import { ownNode } from './repository.mjs'
import { runOwned } from './run-owned.mjs'

/** Installs what is missing and runs VidNest on the repository's Node. */
export const runDemo = async (args) => {
  await install()
  const demo = ['--conditions=@vidnest/source', 'examples/vidnest-api/demo/demo.ts', ...args]
  process.exitCode = await runOwned(ownNode, demo, { env: environmentOf(ownNode) })
}
