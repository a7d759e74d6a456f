import { install } from './install.mjs'
import { launch } from './launch.mjs'
import { environmentOf } from './own-environment.mjs'
import { ownNode } from './repository.mjs'
import { withRunFolder } from './run-folder.mjs'
import { runOwned } from './run-owned.mjs'
import { vitestCommand } from './vitest-command.mjs'

/** Installs what is missing and runs every test on the repository's Node; further arguments go to vitest. */
export const runTests = (args) =>
  launch(async (ending) => {
    await install(ending)
    return withRunFolder(ending, ({ keeper, env }) =>
      runOwned(ownNode, vitestCommand(args), { ending, keeper, env: { ...environmentOf(ownNode), ...env } }),
    )
  })
