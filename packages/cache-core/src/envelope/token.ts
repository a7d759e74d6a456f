import { randomBytes } from 'node:crypto'

/** Length of a token in characters. */
export const tokenLength = 12

/** A new random name for a lease or for a version of an entry: 72 bits. */
export function createToken(): string {
  return randomBytes(9).toString('base64url')
}
