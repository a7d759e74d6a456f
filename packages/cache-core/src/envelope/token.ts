import { randomBytes } from 'node:crypto'

/** Length of a token in characters. */
export const tokenLength = 12

const tokenBytes = (tokenLength * 3) / 4
/** Asking the system for many bytes at once costs little more than asking for few. */
const pool = { bytes: Buffer.alloc(0), used: 0 }

/** A new random name for a lease or for a version of an entry: 72 bits. */
export function createToken(): string {
  if (pool.used === pool.bytes.length) {
    pool.bytes = randomBytes(256 * tokenBytes)
    pool.used = 0
  }
  const start = pool.used
  pool.used += tokenBytes
  return pool.bytes.toString('base64url', start, pool.used)
}
