import { open } from 'node:fs/promises'
import type { MediaKind } from './media-storage.ts'

interface Format {
  readonly kind: MediaKind
  readonly extension: string
  readonly matches: (head: Buffer) => boolean
}

const headLength = 16
const text = (head: Buffer, from: number, to: number): string => head.toString('latin1', from, to)

/** Told by their first bytes, never by what the client calls them. SVG is left out: it can carry scripts. */
const formats: readonly Format[] = [
  { kind: 'video', extension: 'mp4', matches: (head) => text(head, 4, 8) === 'ftyp' },
  {
    kind: 'video',
    extension: 'webm',
    matches: (head) => head.subarray(0, 4).equals(Buffer.from([0x1a, 0x45, 0xdf, 0xa3])),
  },
  {
    kind: 'image',
    extension: 'jpg',
    matches: (head) => head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  },
  { kind: 'image', extension: 'png', matches: (head) => text(head, 1, 4) === 'PNG' && head[0] === 0x89 },
  {
    kind: 'image',
    extension: 'webp',
    matches: (head) => text(head, 0, 4) === 'RIFF' && text(head, 8, 12) === 'WEBP',
  },
]

/** The extension of a file of that kind, by its content; `undefined` when it is none. */
export async function extensionOf(path: string, kind: MediaKind): Promise<string | undefined> {
  const file = await open(path)
  try {
    const head = Buffer.alloc(headLength)
    await file.read(head, 0, headLength, 0)
    return formats.find((format) => format.kind === kind && format.matches(head))?.extension
  } finally {
    await file.close()
  }
}
