import type { Request } from 'express'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether the method only reads. */
export function isSafeMethod(method: string): boolean {
  return safeMethods.has(method)
}

/**
 * Whether a request that a cookie vouches for may have been made by a page of another site, as the browser tells by
 * `Sec-Fetch-Site` (Fetch Metadata) or `Origin`. A client that sends neither is no browser, and has no cookie by accident.
 */
export function isCrossSite(req: Request, trustedOrigins: readonly string[]): boolean {
  const origin = req.headers.origin
  if (origin !== undefined && trustedOrigins.includes(origin)) return false
  const site = req.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return false
  if (typeof site === 'string') return true
  if (origin === undefined) return false
  try {
    return new URL(origin).host !== req.headers.host
  } catch {
    return true
  }
}
