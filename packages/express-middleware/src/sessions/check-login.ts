import { CacheConfigError } from '@vidnest/cache-core'
import type { LoginOptions } from './sessions.ts'

/** Longest id of a user that fits a refresh token, in bytes. */
const longestUserId = 256

/** @throws {CacheConfigError} for what a session could be started with, but not found again. */
export function checkLogin({ userId, role }: LoginOptions): void {
  if (typeof userId !== 'string' || userId === '' || !userId.isWellFormed())
    throw new CacheConfigError('userId', 'must be a non-empty string of whole characters')
  if (Buffer.byteLength(userId) > longestUserId)
    throw new CacheConfigError('userId', `must have at most ${String(longestUserId)} bytes`)
  if (role !== undefined && typeof role !== 'function') checkRole(role)
}

/** @throws {CacheConfigError} for a role that is no text. */
export function checkRole(role: unknown): asserts role is string {
  if (typeof role !== 'string')
    throw new CacheConfigError('role', 'must be a string, or a function that returns one')
}
