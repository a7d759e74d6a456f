import { mayStillLand } from '../writes/server-answer.ts'

/** What is used of a driver's ClientSession. */
export interface SessionLike {
  inTransaction(): boolean
  startTransaction(...args: never[]): unknown
  commitTransaction(...args: never[]): Promise<unknown>
  abortTransaction(...args: never[]): Promise<unknown>
}

/** A session that the plugin has started itself. */
export interface OwnSession extends SessionLike {
  startTransaction(options: object): unknown
  endSession(): Promise<unknown>
}

/** Whether `value` is a session of the driver. */
export function isSession(value: unknown): value is SessionLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<SessionLike>).inTransaction === 'function' &&
    typeof (value as Partial<SessionLike>).commitTransaction === 'function'
  )
}

/** Whether an error of the driver has the label. */
export function hasLabel(error: unknown, label: string): boolean {
  const { hasErrorLabel } = (error ?? {}) as { hasErrorLabel?: (label: string) => boolean }
  return typeof hasErrorLabel === 'function' && hasErrorLabel.call(error, label)
}

/** Whether a commit that failed can take effect later. */
export function mayStillCommit(error: unknown): boolean {
  return hasLabel(error, 'UnknownTransactionCommitResult') || mayStillLand(error)
}
