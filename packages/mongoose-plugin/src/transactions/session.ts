/** What is used of a driver's ClientSession. */
export interface SessionLike {
  inTransaction(): boolean
  startTransaction(...args: never[]): unknown
  commitTransaction(...args: never[]): Promise<unknown>
  abortTransaction(...args: never[]): Promise<unknown>
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
