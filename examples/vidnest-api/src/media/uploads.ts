import { rm } from 'node:fs/promises'
import type { Request, RequestHandler } from 'express'
import multer, { MulterError } from 'multer'
import { ApiError } from '../http/errors.ts'
import { extensionOf } from './file-kind.ts'
import type { CheckedUpload, MediaKind, MediaStorage } from './media-storage.ts'

const largestBytes: Readonly<Record<MediaKind, number>> = { video: 200 * 2 ** 20, image: 5 * 2 ** 20 }

/** Most text fields of an upload, and how many bytes a name and a value may have. */
const mostFields = 20
const longestName = 100
const longestValue = 20_000

/** What is wrong with a body that is no multipart, by the words of its parser. */
const malformed: Readonly<Record<string, string>> = {
  'Multipart: Boundary not found': 'is multipart without a boundary',
  'Malformed part header': 'has a part whose header cannot be read',
  'Unexpected end of form': 'ends in the middle of a part',
  'Unexpected end of file': 'ends in the middle of a part',
}

/** Limits that count what no field is to blame for. */
const countedFaults: Readonly<Partial<Record<MulterError['code'], string>>> = {
  LIMIT_FIELD_COUNT: `has more than ${String(mostFields)} text fields`,
  LIMIT_PART_COUNT: 'has too many parts',
  LIMIT_FIELD_KEY: 'has a field whose name is too long',
  MISSING_FIELD_NAME: 'has a part without a name',
}

/**
 * Reads multipart requests with these file fields into the folder for unchecked uploads. One that cannot be read is answered
 * with 400 or 413, naming the field or the body.
 */
export function readUploads(incoming: string, fields: Readonly<Record<string, MediaKind>>): RequestHandler {
  const fileSize = Math.max(...Object.values(fields).map((kind) => largestBytes[kind]))
  const reader = multer({
    dest: incoming,
    // One file for each field that is known is all that passes, so files need no limit of their own.
    limits: { fileSize, fields: mostFields, fieldNameSize: longestName, fieldSize: longestValue },
  })
  const readParts = reader.fields(Object.keys(fields).map((name) => ({ name, maxCount: 1 })))
  return function readUploadedParts(req, res, next) {
    readParts(req, res, (error: unknown) => {
      next(error instanceof Error ? (unreadable(error) ?? error) : error)
    })
  }
}

function unreadable(error: Error): ApiError | undefined {
  if (error instanceof MulterError) {
    const status = error.code === 'LIMIT_FILE_SIZE' ? 413 : 400
    const { field = 'body', message } = error
    return new ApiError(status, message, [{ field, message: countedFaults[error.code] ?? message }])
  }
  const message = malformed[error.message]
  return message === undefined
    ? undefined
    : new ApiError(400, 'The request cannot be read', [{ field: 'body', message }])
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
