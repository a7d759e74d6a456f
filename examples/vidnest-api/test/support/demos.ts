import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createOwnedFolder } from '@vidnest/services'

const demo = join(import.meta.dirname, '../../demo/demo.ts')

/** One run of the demo. */
export interface DemoRun {
  readonly child: ChildProcess
  readonly output: () => string
  readonly exit: Promise<number | null>
}

/** Demos that keep what they start in a folder of their own, apart from other tests' servers. */
export interface Demos {
  run(args: readonly string[], env?: Readonly<Record<string, string>>): DemoRun
  /** Folders of the servers and uploads of the demos. */
  folders(): string[]
  close(): Promise<void>
}

export async function createDemos(): Promise<Demos> {
  const temporary = await createOwnedFolder('demos')
  return {
    run(args, env = {}) {
      let output = ''
      const child = spawn(process.execPath, ['--conditions=@vidnest/source', demo, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        // What the environment of the tests names is not the demos'.
        env: {
          ...process.env,
          REDIS_URL: undefined,
          MONGODB_URI: undefined,
          TMPDIR: temporary.path,
          ...env,
        },
      })
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
      const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
      return { child, output: () => output, exit }
    },
    folders: () => readdirSync(temporary.path).filter((name) => name.startsWith('vidnest-')),
    close: () => temporary.release(),
  }
}
