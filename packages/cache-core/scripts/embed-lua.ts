import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createHash } from 'node:crypto'

const folder = join(import.meta.dirname, '../src/redis/scripts')
const target = join(import.meta.dirname, '../src/redis/scripts.generated.ts')

/** The TypeScript module that carries the Lua files, without their header comments. */
export function embedScripts(): string {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.lua'))
    .sort()
  const entries = files.map((file) => {
    const lua = readFileSync(join(folder, file), 'utf8').replace(/^--\[\[[\s\S]*?\]\]\n/, '')
    const name = basename(file, '.lua').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    return { name, lua: lua.trimEnd() }
  })
  const body = entries
    .map(({ name, lua }) => {
      const sha = createHash('sha1').update(lua).digest('hex')
      const lines = lua.split('\n').map((line) => `      ${quote(line)},`)
      return `  ${name}: {\n    sha: '${sha}',\n    lua: [\n${lines.join('\n')}\n    ].join('\\n'),\n  },`
    })
    .join('\n')
  const names = entries.map(({ name }) => `  | '${name}'`).join('\n')
  return `// Generated from redis/scripts/*.lua by scripts/embed-lua.ts: edit those.\n\nimport type { Script } from './run-script.ts'\n\n/** Name of a script. */\nexport type ScriptName =\n${names}\n\n/** The scripts. */\nexport const scripts: Readonly<Record<ScriptName, Script>> = {\n${body}\n}\n`
}

function quote(line: string): string {
  return `'${line.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

if (process.argv[1] === import.meta.filename) {
  const text = embedScripts()
  if (process.argv.includes('--check')) {
    if (readFileSync(target, 'utf8') !== text) {
      process.stderr.write('scripts.generated.ts is not what the Lua files say: run `pnpm embed-lua`\n')
      process.exitCode = 1
    }
  } else {
    writeFileSync(target, text)
  }
}
