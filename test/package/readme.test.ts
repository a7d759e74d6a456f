import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startRedis } from '@vidnest/services'
import { afterEach, describe, expect, inject, test, vi } from 'vitest'

import { publishedPackages, repositoryRoot } from '../../scripts/workspace/published-packages.ts'
import { run } from '../../scripts/workspace/run.ts'

const consumer = inject('consumer')
const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function codeBlocks(file: string, language: string): string[] {
  const text = readFileSync(join(repositoryRoot, file), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  )
}

describe('the first page', () => {
  const [code = ''] = codeBlocks('README.md', 'js')

  test('shows at most fifteen lines of code', () => {
    const lines = code.split('\n').filter((line) => line.trim() !== '')
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.length).toBeLessThanOrEqual(15)
  })

  test('shows code that runs: a write is seen at once, and reads and writes go on without Redis', async () => {
    const redis = await startRedis()
    closers.push(() => redis.stop())
    const port = await freePort()
    const own = code
      .replace('new Redis(', `new Redis(${String(redis.port)}, `)
      .replace('listen(3000', `listen(${String(port)}`)
    expect(own).not.toBe(code)
    writeFileSync(join(consumer, 'app.mjs'), own)
    const app = spawn(process.execPath, ['app.mjs'], { cwd: consumer, stdio: 'ignore' })
    closers.push(() => app.kill())
    const product = `http://127.0.0.1:${String(port)}/products/1`
    const read = async (): Promise<unknown> => (await fetch(product)).json()
    await vi.waitFor(async () => expect(await read()).toEqual({ id: '1', name: 'Lamp', price: 30 }), {
      timeout: 20_000,
    })
    const write = async (body: object): Promise<number> => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch(product, { method: 'PUT', headers, body: JSON.stringify(body) })).status
    }
    // The application answers before its Redis client is connected; the invalidation of a write that early is queued.
    await vi.waitFor(async () => expect(await write({ name: 'Desk', price: 90 })).toBe(204), {
      timeout: 20_000,
    })
    expect(await read()).toEqual({ id: '1', name: 'Desk', price: 90 })
    await redis.kill()
    expect(await read()).toEqual({ id: '1', name: 'Desk', price: 90 })
    expect(await write({ name: 'Chair', price: 60 })).toBe(202)
    expect(await read()).toEqual({ id: '1', name: 'Chair', price: 60 })
  })
})

test.each(publishedPackages)('the code in the README of $name compiles', async ({ name, path }) => {
  // Blocks without imports are fragments of what stands above them.
  const blocks = codeBlocks(`${path}/README.md`, 'ts').filter((code) => code.startsWith('import'))
  expect(blocks.length).toBeGreaterThan(0)
  const file = `typescript/readme-${name.replace('@vidnest/', '')}.ts`
  writeFileSync(join(consumer, file), blocks.join('\n'))
  const flags = [
    '--noEmit',
    '--strict',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--skipLibCheck',
  ]
  const { stdout } = await run('tsc', [...flags, '--pretty', 'false', file], {
    cwd: consumer,
    accept: [0, 1, 2],
  })
  expect(stdout).toBe('')
})
