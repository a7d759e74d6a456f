// The entry of `npm run test:matrix`. Old syntax only, so that an old Node gets to the message.
import { requireNode } from './require-node.mjs'

requireNode()
void import('./run-matrix.mjs').then(({ runMatrix }) => runMatrix(process.argv.slice(2)))
