import { optionsIndex } from './describe-write.ts'
import type { Fields, WriteMethod } from './write-operation.ts'

/** What is sent in place of what the caller gave. */
export interface Instead {
  /** Filter of the only operation. */
  readonly filter?: Fields
  /** Further options. */
  readonly options?: Fields
}

/** The arguments of a call with something else in their place; the caller's own objects stay as they are. */
export function adjustedArgs(
  method: WriteMethod,
  args: readonly unknown[],
  { filter, options }: Instead,
): unknown[] {
  const adjusted = [...args]
  if (filter !== undefined) adjusted[0] = method === 'bulkWrite' ? withFilter(args[0], filter) : filter
  if (options === undefined) return adjusted
  const index = optionsIndex(method)
  while (adjusted.length <= index) adjusted.push(undefined)
  adjusted[index] = { ...(adjusted[index] as object | undefined), ...options }
  return adjusted
}

/** A bulk of one operation with another filter. */
function withFilter(operations: unknown, filter: Fields): unknown {
  return (operations as Fields[]).map((entry) =>
    Object.fromEntries(Object.entries(entry).map(([name, body]) => [name, { ...(body as object), filter }])),
  )
}
