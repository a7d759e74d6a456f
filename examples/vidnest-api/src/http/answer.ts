import type { Response } from 'express'

/** Answers a success in the form that every route has. */
export function answer(
  res: Response,
  status: number,
  reply: { readonly data: unknown; readonly message: string },
): void {
  res.status(status).json({ statusCode: status, data: reply.data, message: reply.message, success: true })
}

/** One field that is wrong, or one part that does not work. */
export interface FieldError {
  readonly field: string
  readonly message: string
}

/** Answers an error in the form that every route has. */
export function answerFailure(
  res: Response,
  status: number,
  failure: { readonly message: string; readonly errors: readonly FieldError[] },
): void {
  const { message, errors } = failure
  res.status(status).json({ statusCode: status, message, errors, success: false })
}
