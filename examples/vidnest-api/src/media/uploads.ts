import { rm } from 'node:fs/promises'
import type { Request, RequestHandler } from 'express'
import multer from 'multer'
import { ApiError } from '../http/errors.ts'
import type { MediaKind, MediaStorage } from './media-storage.ts'

const largestBytes: Readonly<Record<MediaKind, number>> = { video: 200 * 2 ** 20, image: 5 * 2 ** 20 }

/** Reads multipart requests with these file fields into the folder for unchecked uploads. */
export function readUploads(incoming: string, fields: Readonly<Record<string, MediaKind>>): RequestHandler {
  const fileSize = Math.max(...Object.values(fields).map((kind) => largestBytes[kind]))
  const reader = multer({
    dest: incoming,
    limits: { fileSize, files: Object.keys(fields).length, fields: 20, fieldSize: 20_000 },
  })
  return reader.fields(Object.keys(fields).map((name) => ({ name, maxCount: 1 })))
}

function uploadedFile(req: Request, field: string): Express.Multer.File | undefined {
  const files = req.files
  return files === undefined || Array.isArray(files) ? undefined : files[field]?.[0]
}

/** Keeps an uploaded file and returns its address. @throws {ApiError} 400, 413 or 415 when it is missing or not good. */
export async function keepUpload(
  req: Request,
  storage: MediaStorage,
  { field, kind }: { field: string; kind: MediaKind },
): Promise<string> {
  const file = uploadedFile(req, field)
  if (file === undefined)
    throw new ApiError(400, 'The request is not valid', [{ field, message: 'a file is needed' }])
  if (file.size > largestBytes[kind])
    throw new ApiError(413, `The ${kind} is too large`, [{ field, message: 'is too large' }])
  return storage.keep({ path: file.path, kind })
}

/** Removes what an upload left in the folder for unchecked uploads. */
export async function dropUploads(req: Request): Promise<void> {
  const files = req.files === undefined || Array.isArray(req.files) ? [] : Object.values(req.files).flat()
  await Promise.all(files.map((file) => rm(file.path, { force: true })))
}
