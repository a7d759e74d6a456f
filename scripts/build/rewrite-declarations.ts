import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const relativeSource = /((?:from|import|declare module)\s*\(?\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g

/** Makes the relative specifiers of one declaration file name the `.js` that stands beside it after a build. */
export function rewriteSpecifiers(declaration: string): string {
  return declaration.replace(relativeSource, '$1.js$2')
}

/** Rewrites every declaration file under `folder`: TypeScript emits the `.ts` suffixes of the sources unchanged. */
export function rewriteDeclarations(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue
    const path = join(folder, file)
    writeFileSync(path, rewriteSpecifiers(readFileSync(path, 'utf8')))
  }
}
