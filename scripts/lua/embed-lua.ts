import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createHash } from 'node:crypto'

/** Packages that carry Lua, and what their generated module takes the type of a script from. */
const packages = [
  { folder: 'cache-core/src/redis', scriptType: './run-script.ts' },
  { folder: 'express-middleware/src/redis', scriptType: '@vidnest/cache-core' },
  { folder: 'mongoose-plugin/src/redis', scriptType: '@vidnest/cache-core' },
]

/** The TypeScript module that carries the Lua files, without comments and indentation: users load every byte. */
export function embedScripts(folder: string, scriptType: string): string {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.lua'))
    .sort()
  const entries = files.map((file) => {
    const lua = withoutComments(readFileSync(join(folder, file), 'utf8'))
    const name = basename(file, '.lua').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    return { name, lua }
  })
  const body = entries
    .map(({ name, lua }) => {
      const sha = createHash('sha1').update(lua).digest('hex')
      const lines = lua.split('\n').map((line) => `      ${quote(line)},`)
      return `  ${name}: {\n    sha: '${sha}',\n    lua: [\n${lines.join('\n')}\n    ].join('\\n'),\n  },`
    })
    .join('\n')
  const names = entries.map(({ name }) => `  | '${name}'`).join('\n')
  return `// Generated from redis/scripts/*.lua by scripts/lua/embed-lua.ts: edit those.\n\nimport type { Script } from '${scriptType}'\n\n/** Name of a script. */\nexport type ScriptName =\n${names}\n\n/** The scripts. */\nexport const scripts: Readonly<Record<ScriptName, Script>> = {\n${body}\n}\n`
}

function withoutComments(text: string): string {
  const lines = text.replace(/^--\[\[[\s\S]*?\]\]\n/, '').split('\n')
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('--'))
    .join('\n')
}

function quote(line: string): string {
  return `'${line.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

const check = process.argv.includes('--check')
for (const { folder, scriptType } of process.argv[1] === import.meta.filename ? packages : []) {
  const redis = join(import.meta.dirname, '../../packages', folder)
  const target = join(redis, 'scripts.generated.ts')
  const text = embedScripts(join(redis, 'scripts'), scriptType)
  if (!check) {
    writeFileSync(target, text)
  } else if (readFileSync(target, 'utf8') !== text) {
    process.stderr.write(
      `packages/${folder}/scripts.generated.ts is not what its Lua files say: run \`pnpm lua\`\n`,
    )
    process.exitCode = 1
  }
}
