import { createRequire } from 'node:module'

/** A dependency with a second major version, and the package that has it as a development dependency. */
interface Alternative {
  variable: string
  name: string
  /** The major version that the plain name already stands for. */
  usual: string
  other: { major: string; alias: string; from: string }
}

const alternatives: readonly Alternative[] = [
  {
    variable: 'VIDNEST_IOREDIS',
    name: 'ioredis',
    usual: '6',
    other: { major: '5', alias: 'ioredis5', from: 'cache-core' },
  },
  {
    variable: 'VIDNEST_MONGOOSE',
    name: 'mongoose',
    usual: '9',
    other: { major: '8', alias: 'mongoose8', from: 'mongoose-plugin' },
  },
  {
    variable: 'VIDNEST_EXPRESS',
    name: 'express',
    usual: '5',
    other: { major: '4', alias: 'express4', from: 'express-middleware' },
  },
]

/**
 * Which module each import of a client or framework means in this test run, by `VIDNEST_IOREDIS` (5 or 6),
 * `VIDNEST_MONGOOSE` (8 or 9) and `VIDNEST_EXPRESS` (4 or 5); empty when nothing is asked for. For vitest's
 * `resolve.alias`, so that sources and tests that run through vitest meet the same module.
 */
export const matrixAliases = (environment: NodeJS.ProcessEnv = process.env): Record<string, string> => {
  const aliases: Record<string, string> = {}
  for (const { variable, name, usual, other } of alternatives) {
    const wanted = environment[variable] ?? ''
    if (wanted === '' || wanted === usual) continue
    if (wanted !== other.major)
      throw new Error(`${variable} is ${JSON.stringify(wanted)}; it takes ${other.major} or ${usual}.`)
    const require = createRequire(new URL(`../../../packages/${other.from}/package.json`, import.meta.url))
    aliases[name] = require.resolve(other.alias)
  }
  return aliases
}
