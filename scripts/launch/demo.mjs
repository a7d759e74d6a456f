// The entry of `npm run demo`. Old syntax only, so that an old Node gets to the message.
import { requireNode } from './require-node.mjs'

requireNode()
void import('./run-demo.mjs').then(({ runDemo }) => runDemo(process.argv.slice(2)))
