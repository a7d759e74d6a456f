/**
 * Why nobody knows what was missed: `'no-position'`: Redis has none (the first start, or it lost its data);
 * `'history-lost'`: the server no longer has what came after it; `'database-dropped'`: the stream ended with the database.
 */
export type StreamGap = 'no-position' | 'history-lost' | 'database-dropped'

/** CappedPositionLost, InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost, BSONObjectTooLarge twice. */
const lost: ReadonlySet<unknown> = new Set([136, 260, 280, 286, 10334, 17280])

/** Whether a stream can never go on where it was, as this error of the server says. */
export function losesHistory(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, hasErrorLabel } = error as { code?: unknown; hasErrorLabel?: (label: string) => boolean }
  return lost.has(code) || hasErrorLabel?.call(error, 'NonResumableChangeStreamError') === true
}
