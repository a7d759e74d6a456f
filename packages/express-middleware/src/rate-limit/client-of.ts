import type { Request } from 'express'
import { ipKeyGenerator } from 'express-rate-limit'
import type { RateLimitPolicy } from './policy.ts'

/** Subnet that counts as one IPv6 client: what a provider hands to one customer at most. */
const ipv6Subnet = 56

/** A request that comes from nobody: its connection is gone, or has no address. */
class UnknownClientError extends Error {
  override readonly name = 'UnknownClientError'
  /** All such requests would share one count, so that one of them could shut out the others. */
  readonly status = 400
}

/** Whom a request is counted for: its name, else its address. @throws {UnknownClientError} when it has neither. */
export function clientOf(req: Request, identifier: RateLimitPolicy['identifier']): string {
  const name = identifier?.(req)
  if (name !== undefined && name !== '') return name
  if (req.ip === undefined || req.ip === '')
    throw new UnknownClientError('the request has no address to be counted by')
  return ipKeyGenerator(req.ip, ipv6Subnet)
}
