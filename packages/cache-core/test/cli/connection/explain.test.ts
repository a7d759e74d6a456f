import { expect, test } from 'vitest'
import { usageError } from '../../../src/cli/cli-error.ts'
import { explain } from '../../../src/cli/connection/explain.ts'
import { CacheConfigError, CacheStoreError, InvalidationError } from '../../../src/errors.ts'

const at = 'redis://db:6379'

test.each([
  ['connect ECONNREFUSED 127.0.0.1:6379', 'nothing listens at redis://db:6379: start Redis there'],
  ['getaddrinfo ENOTFOUND db', 'the host of redis://db:6379 is not known'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'redis://db:6379 refuses the login'],
  ['NOAUTH Authentication required.', 'redis://db:6379 refuses the login'],
  [
    "NOPERM this user has no permissions to run the 'scan' command",
    'this user of redis://db:6379 may not do',
  ],
  ['READONLY You can’t write against a read only replica.', 'redis://db:6379 is a replica'],
  ['LOADING Redis is loading the dataset in memory', 'redis://db:6379 still loads its data'],
  ['Command timed out', 'redis://db:6379 does not answer'],
  ['connect ETIMEDOUT', 'redis://db:6379 does not answer'],
  ['Connection is closed.', 'redis://db:6379 closed the connection'],
  ['ERR This instance has cluster support disabled', 'answers as no part of a Cluster: leave out --cluster'],
  ['self-signed certificate', 'the certificate of redis://db:6379 is not trusted'],
  ['something else\nwith a second line', 'redis://db:6379: something else'],
])('%s says what to do', (message, words) => {
  const error = explain(new Error(message), at)
  expect(error.message).toContain(words)
  expect(error.message).not.toContain('\n')
  expect(error.exitCode).toBe(1)
})

test('the last error of a node tells more than that of the Cluster', () => {
  const error = Object.assign(new Error('None of startup nodes is available'), {
    lastNodeError: new Error('WRONGPASS invalid username-password pair'),
  })
  expect(explain(error, at).message).toContain('refuses the login')
})

test('what is already said stays as it is', () => {
  const said = usageError('say what')
  expect(explain(said, at)).toBe(said)
})

test('an invalidation that was not acknowledged is told with its reason', () => {
  const error = new InvalidationError('the invalidation was not acknowledged', {
    cause: new CacheStoreError('invalidate', 'Redis refused the operation (NOPERM)'),
  })
  expect(explain(error, at)).toMatchObject({
    exitCode: 1,
    message: 'redis://db:6379: the invalidation was not acknowledged; Redis refused the operation (NOPERM)',
  })
})

test('a bad option of the cache counts as a bad command line', () => {
  expect(explain(new CacheConfigError('targets[0].key', 'must be a non-empty string'), at)).toMatchObject({
    exitCode: 2,
    message: 'targets[0].key: must be a non-empty string',
  })
})
