// The entry of `npm test`. Old syntax only, so that an old Node gets to the message.
import { requireNode } from './require-node.mjs'

requireNode()
void import('./run-tests.mjs').then(({ runTests }) => runTests(process.argv.slice(2)))
