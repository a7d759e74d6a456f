import type { Request } from 'express'
import type { ZodType } from 'zod'
import { ApiError } from './errors.ts'

/** Where input may come from. */
type Part = 'params' | 'query' | 'body'

/** The part of the request as its schema wants it. @throws {ApiError} 400 naming each field that is wrong. */
export function read<Value>(req: Request, part: Part, schema: ZodType<Value>): Value {
  const parsed = schema.safeParse(req[part])
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.')
    if (issue.code !== 'unrecognized_keys')
      return [{ field: path === '' ? part : path, message: issue.message }]
    return issue.keys.map((key) => ({ field: path === '' ? key : `${path}.${key}`, message: 'is not known' }))
  })
  throw new ApiError(400, 'The request is not valid', errors)
}
