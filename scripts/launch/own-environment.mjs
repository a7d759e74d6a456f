import { dirname, delimiter } from 'node:path'
import { homeToRun } from './npm-home.mjs'
import { rerunCommand } from './repository.mjs'

/**
 * The environment in which `node` means the given one, also for what the program starts, and messages can say how to run
 * this again.
 */
export const environmentOf = (node) => ({
  ...homeToRun(),
  PATH: [dirname(node), process.env.PATH].join(delimiter),
  VIDNEST_RERUN: rerunCommand(),
})
