import { dirname, delimiter } from 'node:path'

/** The environment in which `node` means the given one, also for what the program starts. */
export const environmentOf = (node) => ({ PATH: [dirname(node), process.env.PATH].join(delimiter) })
