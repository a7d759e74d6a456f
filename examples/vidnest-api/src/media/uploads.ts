import { rm } from 'node:fs/promises'
import type { Request, RequestHandler } from 'express'
import multer from 'multer'
import { ApiError } from '../http/errors.ts'
import { extensionOf } from './file-kind.ts'
import type { CheckedUpload, MediaKind, MediaStorage } from './media-storage.ts'

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

/**
 * Keeps the uploaded files of these fields, once all are checked, and returns their addresses by field.
 * @throws {ApiError} 400, 413 or 415 naming the field of the first that is missing or not good.
 */
export async function keepUploads<Field extends string>(
  req: Request,
  storage: MediaStorage,
  fields: Readonly<Record<Field, MediaKind>>,
): Promise<Record<Field, string>> {
  const wanted = Object.entries(fields) as [Field, MediaKind][]
  const checked = await Promise.all(
    wanted.map(async ([field, kind]) => ({ field, upload: await checkUpload(req, field, kind) })),
  )
  const kept: [Field, string][] = []
  for (const { field, upload } of checked) kept.push([field, await storage.keep(upload)])
  return Object.fromEntries(kept) as Record<Field, string>
}

async function checkUpload(req: Request, field: string, kind: MediaKind): Promise<CheckedUpload> {
  const file = uploadedFile(req, field)
  if (file === undefined)
    throw new ApiError(400, 'The request is not valid', [{ field, message: 'a file is needed' }])
  if (file.size > largestBytes[kind])
    throw new ApiError(413, `The ${kind} is too large`, [{ field, message: 'is too large' }])
  const extension = await extensionOf(file.path, kind)
  if (extension === undefined) {
    const message = kind === 'video' ? 'must be MP4 or WebM' : 'must be JPEG, PNG or WebP'
    throw new ApiError(415, `The ${kind} is of a format that is not taken`, [{ field, message }])
  }
  return { path: file.path, kind, extension }
}

/** Removes what an upload left in the folder for unchecked uploads. */
export async function dropUploads(req: Request): Promise<void> {
  const files = req.files === undefined || Array.isArray(req.files) ? [] : Object.values(req.files).flat()
  await Promise.all(files.map((file) => rm(file.path, { force: true })))
}
