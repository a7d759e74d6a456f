// Preloaded into a Node process: prints, when it ends, every module that the packages under test asked for by name.
import { registerHooks } from 'node:module'

const asked = new Set()

registerHooks({
  resolve(specifier, context, nextResolve) {
    const fromPackage = context.parentURL?.includes('/node_modules/@vidnest/') ?? false
    if (fromPackage && !specifier.startsWith('.')) asked.add(specifier)
    return nextResolve(specifier, context)
  },
})

process.once('exit', () =>
  process.stdout.write(JSON.stringify([...asked].toSorted((a, b) => (a < b ? -1 : 1)))),
)
