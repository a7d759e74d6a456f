import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const children: ChildProcess[] = []

/** Ends the processes that have not been killed, as when a test failed. */
export function killAll(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL')
}

/** Lets a program run until it says that it has reached the point. */
export async function runTo(program: URL, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--conditions=@vidnest/source', fileURLToPath(program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  expect(line.toString().trim()).toBe(args.at(-1))
  return child
}

/** Lets a program run up to the point, its last argument, and kills it there. */
export async function killAt(program: URL, args: readonly string[]): Promise<void> {
  const child = await runTo(program, args)
  child.kill('SIGKILL')
  await once(child, 'exit')
}
