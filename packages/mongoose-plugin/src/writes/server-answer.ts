/** Code of the error of a server that does not know the command. */
const commandNotFound = 59

/** Names of errors that the driver throws before it sends anything. */
const neverSent: ReadonlySet<unknown> = new Set([
  'BSONError',
  'MongoAPIError',
  'MongoClientBulkWriteExecutionError',
  'MongoCompatibilityError',
  'MongoExpiredSessionError',
  'MongoInvalidArgumentError',
  'MongoMissingCredentialsError',
  'MongoMissingDependencyError',
  'MongoNotConnectedError',
  'MongoTransactionError',
])

interface ErrorLike {
  readonly name?: unknown
  readonly code?: unknown
  readonly cause?: unknown
  readonly errorLabels?: unknown
}

/** Whether the server refused a command that it does not know, and so changed nothing. */
export function isUnknownCommand(error: unknown): boolean {
  const { name, code } = serverError(error)
  return name === 'MongoServerError' && code === commandNotFound
}

/**
 * Whether a write that failed can take effect later: the server did not answer, or not for the last time. An error with
 * a code of the server is an answer; what was changed was changed before it.
 */
export function mayStillLand(error: unknown): boolean {
  const { name, code } = serverError(error)
  if (neverSent.has(name) || name === 'MongoClientBulkWriteError') return false
  return typeof code !== 'number' || isRetryable(error)
}

/** Whether the driver says that the write could be sent again. */
export function isRetryable(error: unknown): boolean {
  const { errorLabels } = serverError(error)
  return Array.isArray(errorLabels) && errorLabels.includes('RetryableWriteError')
}

/** A client's bulk write wraps what failed, unless it was single operations that the server answered for. */
function serverError(error: unknown): ErrorLike {
  const own = (error ?? {}) as ErrorLike
  return own.name === 'MongoClientBulkWriteError' && own.cause != null ? own.cause : own
}
