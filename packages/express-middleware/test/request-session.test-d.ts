import type { Request } from 'express'
import { expectTypeOf, test } from 'vitest'
import type { RequestSession, Sessions, SessionsOptions } from '../src/index.ts'

test('a request carries a session, if there is one', () => {
  expectTypeOf<Request['session']>().toEqualTypeOf<RequestSession | undefined>()
  expectTypeOf<RequestSession['verified']>().toEqualTypeOf<'redis' | 'token'>()
})

test('durations are text, and a middleware is one of Express', () => {
  expectTypeOf<ReturnType<Sessions['middleware']>>().toBeFunction()
  expectTypeOf<300>().not.toExtend<SessionsOptions['accessTtl']>()
  expectTypeOf<'5m'>().toExtend<SessionsOptions['accessTtl']>()
})
