import type { Response } from 'express'

/** Answers a success in the form that every route has. */
export function answer(
  res: Response,
  status: number,
  reply: { readonly data: unknown; readonly message: string },
): void {
  res.status(status).json({ statusCode: status, data: reply.data, message: reply.message, success: true })
}
