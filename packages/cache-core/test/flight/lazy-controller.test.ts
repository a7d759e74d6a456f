import { expect, test } from 'vitest'
import { LazyController } from '../../src/flight/lazy-controller.ts'

test('a signal that is asked for late is aborted already, for the same reason', () => {
  const controller = new LazyController()
  const reason = new RangeError('nobody waits')
  controller.abort(reason)
  controller.abort(new RangeError('another'))
  expect(controller.signal.aborted).toBe(true)
  expect(controller.signal.reason).toBe(reason)
})

test('a signal that was asked for hears of the abort, once', () => {
  const controller = new LazyController()
  const { signal } = controller
  expect(signal.aborted).toBe(false)
  let heard = 0
  signal.addEventListener('abort', () => (heard += 1))
  controller.abort(new RangeError('nobody waits'))
  controller.abort(new RangeError('nobody waits'))
  expect(heard).toBe(1)
  expect(controller.signal).toBe(signal)
})
