import { isCacheError } from '@vidnest/cache-core'
import { SessionError } from '@vidnest/express-middleware'
import type { NextFunction, Request, Response } from 'express'
import type { Logger } from 'pino'
import { answerFailure, type FieldError } from './answer.ts'

/** An answer that is no success; what it says is meant for the client. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly errors: readonly FieldError[]

  constructor(status: number, message: string, errors: readonly FieldError[] = []) {
    super(message)
    this.status = status
    this.errors = errors
  }
}

/** Answers a route that does not exist. */
export function notFound(_req: Request, _res: Response, next: NextFunction): void {
  next(new ApiError(404, 'There is no such route'))
}

/** Answers every error in one form: never a stack, never a value, key or token. */
export function errorHandler(log: Logger) {
  return function answerError(error: unknown, req: Request, res: Response, next: NextFunction): void {
    if (res.headersSent) {
      next(error)
      return
    }
    const answer = toApiError(error)
    if (answer.status === 500) log.error({ id: req.id, error: nameOf(error) }, 'a request failed')
    if (error instanceof SessionError) res.set(error.headers)
    if (answer.status === 503 && !res.hasHeader('Retry-After')) res.set('Retry-After', '1')
    answerFailure(res, answer.status, answer)
  }
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof SessionError) return new ApiError(error.status, sessionMessage(error))
  if (isCacheError(error)) return new ApiError(503, 'The service cannot do this at the moment: try again')
  const status = clientStatus(error)
  if (status !== undefined) {
    const message = status === 413 ? 'The request is too large' : 'The request cannot be read'
    return new ApiError(status, message, unreadablePart(error, status))
  }
  return new ApiError(500, 'Something went wrong')
}

/** The part that could not be read: the path, which routing decodes, or the body, whose parsers throw errors of HTTP. */
function unreadablePart(error: unknown, status: number): FieldError[] {
  if (error instanceof URIError)
    return [{ field: 'path', message: 'has a percent sign that encodes nothing' }]
  if (!(error instanceof Error && 'expose' in error)) return []
  return [{ field: 'body', message: bodyFaults[status] ?? 'cannot be read' }]
}

const bodyFaults: Readonly<Record<number, string>> = {
  413: 'is too large',
  415: 'is of a charset or encoding that is not taken',
}

function sessionMessage(error: SessionError): string {
  if (error.status === 503) return 'Sessions cannot be checked at the moment: try again'
  return error.code === 'missing' ? 'Unauthorized request' : `Unauthorized request: ${error.message}`
}

/** Errors of body parsers and of routing carry the status of a bad request. */
function clientStatus(error: unknown): number | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}
