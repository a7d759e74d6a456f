import type { InvalidateTarget } from '@vidnest/cache-core'

/** What `POST /cache/invalidate` was asked for, or the field that is wrong. */
export type InvalidateRequest =
  | { readonly targets: readonly InvalidateTarget[]; readonly dryRun: boolean }
  | { readonly field: string; readonly message: string }

const longestPattern = 256
const mostStars = 8
const mostTags = 100

/** Checks the body `{ tags?, pattern?, dryRun? }`. */
export function readInvalidateRequest(body: unknown): InvalidateRequest {
  if (typeof body !== 'object' || body === null) return { field: 'body', message: 'must be a JSON object' }
  const { tags, pattern, dryRun, ...others } = body as Record<string, unknown>
  const other = Object.keys(others)[0]
  if (other !== undefined)
    return { field: other, message: 'is not known; known are tags, pattern and dryRun' }
  if (dryRun !== undefined && typeof dryRun !== 'boolean')
    return { field: 'dryRun', message: 'must be true or false' }
  if (tags !== undefined && !isTagList(tags))
    return { field: 'tags', message: `must be 1 to ${String(mostTags)} non-empty strings` }
  if (pattern !== undefined && !isPattern(pattern)) {
    return {
      field: 'pattern',
      message: `must be a glob of at most ${String(longestPattern)} characters and ${String(mostStars)} stars`,
    }
  }
  if (tags === undefined && pattern === undefined)
    return { field: 'tags', message: 'or a pattern must be given' }
  const targets: InvalidateTarget[] = [
    ...(tags ?? []).map((tag) => ({ tag })),
    ...(pattern === undefined ? [] : [{ pattern }]),
  ]
  return { targets, dryRun: dryRun ?? false }
}

function isTagList(tags: unknown): tags is string[] {
  return (
    Array.isArray(tags) &&
    tags.length > 0 &&
    tags.length <= mostTags &&
    tags.every((tag) => typeof tag === 'string' && tag !== '')
  )
}

function isPattern(pattern: unknown): pattern is string {
  return (
    typeof pattern === 'string' &&
    pattern !== '' &&
    pattern.length <= longestPattern &&
    pattern.split('*').length - 1 <= mostStars
  )
}
