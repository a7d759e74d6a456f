import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@vidnest/services'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

import { corePackage, repositoryRoot } from '../../scripts/workspace/published-packages.ts'
import { run, type Finished } from '../../scripts/workspace/run.ts'

/** A project of somebody who has installed nothing but the packed package. */
let project: string

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'vidnest-command-'))
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }')
  const tarball = inject('tarballs').find(({ name }) => name === corePackage.name)
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball?.file ?? ''], { cwd: project })
})

afterAll(() => {
  rmSync(project, { recursive: true })
})

/** Without what the workspace lets its own scripts find, and without asking a registry for what is missing. */
const env = { NODE_PATH: '', npm_config_offline: 'true', npm_config_yes: 'false' }

function npx(...argv: string[]): Promise<Finished> {
  return run('npx', ['vidnest-cache', ...argv], { cwd: project, env, accept: [0, 1, 2] })
}

describe('npx vidnest-cache in an empty project', () => {
  test('helps, and tells its version', async () => {
    const { code, stdout, stderr } = await npx('--help')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Usage: vidnest-cache COMMAND')
    const version = inject('tarballs').find(({ name }) => name === corePackage.name)?.version
    expect((await npx('--version')).stdout.trim()).toBe(version)
  })

  test('says how to install ioredis, which it does not bring', async () => {
    const { code, stdout, stderr } = await npx('stats', '--namespace', 'shop')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe(
      'vidnest-cache: ioredis is not installed in this folder’s project: run npm install ioredis\n',
    )
  })

  test('finds ioredis once it is there, and does its work', async () => {
    const ioredis = realpathSync(join(repositoryRoot, corePackage.path, 'node_modules/ioredis'))
    symlinkSync(ioredis, join(project, 'node_modules/ioredis'))
    const redis = await startRedis()
    try {
      const { code, stdout, stderr } = await npx('stats', '--namespace', 'shop', '--url', redis.url, '--json')
      expect([code, stderr]).toEqual([0, ''])
      expect(JSON.parse(stdout)).toMatchObject({ namespace: 'shop', keys: 0 })
      const bench = await npx('bench', '--operations', '50', '--url', redis.url, '--json')
      expect(JSON.parse(bench.stdout)).toMatchObject({ operations: 50 })
      expect((await npx('stat')).code).toBe(2)
    } finally {
      await redis.stop()
    }
  })
})
