import { install } from './install.mjs'
import { launch } from './launch.mjs'
import { environmentOf } from './own-environment.mjs'
import { ownNode } from './repository.mjs'
import { withRunFolder } from './run-folder.mjs'
import { runOwned } from './run-owned.mjs'

/** Installs what is missing and runs VidNest on the repository's Node. */
export const runDemo = (args) =>
  launch(async (ending) => {
    await install(ending)
    const demo = ['--conditions=@vidnest/source', 'examples/vidnest-api/demo/demo.ts', ...args]
    return withRunFolder(ending, ({ keeper, env }) =>
      runOwned(ownNode, demo, { ending, keeper, env: { ...environmentOf(ownNode), ...env } }),
    )
  })
