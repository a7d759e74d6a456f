import { expect, test } from 'vitest'
import { CacheTimeoutError } from '../../src/errors.ts'
import { Audience } from '../../src/flight/flight.ts'

const callersTime = new CacheTimeoutError('wait', 'no value was there in time')
const outerLoadersTime = new CacheTimeoutError('loader', 'the loader did not answer in time')

/** Whether the load is aborted when a caller leaves for that reason, having come before or after it. */
async function isAborted(reason: Error, outlasts: boolean, comesLate: boolean): Promise<boolean> {
  const audience = new Audience()
  if (outlasts) audience.outlastTimeouts()
  const controller = new AbortController()
  if (comesLate) controller.abort(reason)
  const waiting = audience.attend(new Promise(() => undefined), controller.signal)
  controller.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  expect(audience.controller.signal.aborted).toBe(audience.hasLeft)
  return audience.hasLeft
}

test.each([false, true])(
  'the last caller aborts the load, but by its hardTimeout none that has one of its own (already gone: %s)',
  async (comesLate) => {
    expect(await isAborted(new Error('gone'), false, comesLate)).toBe(true)
    expect(await isAborted(callersTime, false, comesLate)).toBe(true)
    expect(await isAborted(new Error('gone'), true, comesLate)).toBe(true)
    expect(await isAborted(outerLoadersTime, true, comesLate)).toBe(true)
    expect(await isAborted(callersTime, true, comesLate)).toBe(false)
  },
)

test('a caller that comes with an aborted signal takes the load from nobody', async () => {
  const audience = new Audience()
  const first = audience.attend(Promise.resolve('loaded'), undefined)
  await expect(audience.attend(first, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
  expect(audience.hasLeft).toBe(false)
  expect(await first).toBe('loaded')
})
