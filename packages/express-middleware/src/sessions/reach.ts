import { isCacheError } from '@vidnest/cache-core'
import { SessionError } from './session-error.ts'

/** @throws {SessionError} `unavailable` for trouble with Redis. */
export async function reach<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (!isOutage(error)) throw error
    throw new SessionError('unavailable', 'sessions cannot be reached at the moment')
  }
}

/** Whether Redis could not be asked; a bad argument is no outage. */
export function isOutage(error: unknown): boolean {
  return isCacheError(error) && error.code !== 'E_CACHE_CONFIG'
}
