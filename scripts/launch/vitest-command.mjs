import { isWritable } from './is-writable.mjs'
import { root, vitest } from './repository.mjs'

/** The arguments with which Node runs vitest once. In a read-only folder vitest must not write its configuration. */
export const vitestCommand = (args) => [
  vitest,
  'run',
  ...(isWritable(root) ? [] : ['--configLoader=runner']),
  ...args,
]
