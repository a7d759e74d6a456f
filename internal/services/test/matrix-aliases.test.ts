import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { matrixAliases } from '../src/matrix-aliases.ts'

const versionAt = (entry: string | undefined): string => {
  const folder = /^.*\/node_modules\/[^/]+/.exec(entry ?? '')?.[0] ?? ''
  return (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { version: string }).version
}

it('leaves every import alone when nothing is asked for, or the usual versions', () => {
  expect(matrixAliases({})).toEqual({})
  expect(matrixAliases({ VIDNEST_IOREDIS: '6', VIDNEST_MONGOOSE: '9', VIDNEST_EXPRESS: '5' })).toEqual({})
})

it('turns each import into the other major version', () => {
  const aliases = matrixAliases({ VIDNEST_IOREDIS: '5', VIDNEST_MONGOOSE: '8', VIDNEST_EXPRESS: '4' })

  expect(Object.keys(aliases)).toEqual(['ioredis', 'mongoose', 'express'])
  expect(versionAt(aliases['ioredis'])).toMatch(/^5\./)
  expect(versionAt(aliases['mongoose'])).toMatch(/^8\./)
  expect(versionAt(aliases['express'])).toMatch(/^4\./)
})

it('refuses a version that there is not', () => {
  expect(() => matrixAliases({ VIDNEST_EXPRESS: '3' })).toThrow('VIDNEST_EXPRESS is "3"; it takes 4 or 5.')
})
