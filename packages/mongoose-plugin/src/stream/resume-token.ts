import type { Fields } from '../writes/write-operation.ts'

/** Where a change stream goes on: an opaque document of the server. */
export type ResumeToken = Fields

/** The token as text; `undefined` for one of a shape that no server is known to make. */
export function tokenText(token: unknown): string | undefined {
  if (typeof token !== 'object' || token === null) return undefined
  const { _data: data, _typeBits: bits, ...rest } = token as Fields
  if (typeof data !== 'string' || Object.keys(rest).length > 0) return undefined
  if (bits === undefined) return JSON.stringify({ data })
  const bytes = bits instanceof Uint8Array ? bits : (bits as { buffer?: unknown } | null)?.buffer
  if (!(bytes instanceof Uint8Array)) return undefined
  return JSON.stringify({ data, bits: Buffer.from(bytes).toString('base64') })
}

/** The token of a text that {@link tokenText} made; `undefined` for any other text. */
export function parseToken(text: string): ResumeToken | undefined {
  try {
    const { data, bits } = JSON.parse(text) as { data?: unknown; bits?: unknown }
    if (typeof data !== 'string') return undefined
    return { _data: data, ...(typeof bits === 'string' && { _typeBits: Buffer.from(bits, 'base64') }) }
  } catch {
    return undefined
  }
}
