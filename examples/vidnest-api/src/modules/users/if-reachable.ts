import { SessionError } from '@vidnest/express-middleware'

/** The result of work that needs sessions; `undefined` when they cannot be reached. */
export async function ifReachable<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof SessionError && error.code === 'unavailable') return undefined
    throw error
  }
}
