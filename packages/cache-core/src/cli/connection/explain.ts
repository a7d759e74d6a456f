import { isCacheError } from '../../errors.ts'
import { CliError, failure, usageError } from '../cli-error.ts'

interface Explanation {
  readonly of: RegExp
  /** What is wrong; `at` is where. */
  readonly says: (at: string) => string
}

const explanations: readonly Explanation[] = [
  {
    of: /ECONNREFUSED/,
    says: (at) =>
      `nothing listens at ${at}: start Redis there, or give its address with --url or in REDIS_URL`,
  },
  {
    of: /ENOTFOUND|EAI_AGAIN/,
    says: (at) => `the host of ${at} is not known: correct the address in --url or REDIS_URL`,
  },
  {
    of: /NOAUTH|WRONGPASS|invalid username-password|AUTH <password>|without any password/i,
    says: (at) => `${at} refuses the login: put the right user and password into REDIS_URL`,
  },
  {
    of: /wrong version number|packet length too long|ERR_SSL|EPROTO/i,
    says: (at) => `${at} does not speak TLS: write redis:// instead of rediss://`,
  },
  {
    of: /certificate|CERT_|SELF_SIGNED/i,
    says: (at) => `the certificate of ${at} is not trusted: give its authority in NODE_EXTRA_CA_CERTS`,
  },
  {
    of: /cluster support disabled|None of startup nodes|Failed to refresh slots cache/i,
    says: (at) =>
      `${at} answers as no part of a Cluster: leave out --cluster, or give the address of one of its nodes`,
  },
  {
    of: /^READONLY/,
    says: (at) => `${at} is a replica: give the address of its master`,
  },
  {
    of: /^NOPERM/,
    says: (at) => `this user of ${at} may not do what the command needs: allow it by ACL SETUSER`,
  },
  {
    of: /^LOADING/,
    says: (at) => `${at} still loads its data: try again later`,
  },
  {
    of: /does not answer|ETIMEDOUT|timed out|EHOSTUNREACH|ENETUNREACH/i,
    says: (at) => `${at} does not answer: look whether it hangs, and whether a firewall stands between`,
  },
  {
    of: /Connection is closed|ECONNRESET|EPIPE|socket hang up/i,
    says: (at) => `${at} closed the connection: look into its log, and whether it wants rediss://`,
  },
]

/** An error of the client or the cache as one line that says what to do. */
export function explain(error: unknown, at: string): CliError {
  if (error instanceof CliError) return error
  if (isCacheError(error, 'E_CACHE_CONFIG')) return usageError(error.message)
  const texts = messagesOf(error)
  if (isCacheError(error))
    return failure(`${at}: ${texts.filter((text) => !text.startsWith('E_')).join('; ')}`)
  for (const { of, says } of explanations) {
    if (texts.some((text) => of.test(text))) return failure(says(at))
  }
  return failure(`${at}: ${(texts[0] ?? 'unknown error').split('\n', 1)[0] ?? ''}`)
}

/** What an error and those that led to it say. */
function messagesOf(error: unknown): string[] {
  const texts: string[] = []
  for (let at: unknown = error; at instanceof Error && texts.length < 8; at = causeOf(at)) {
    texts.push(at.message)
    if ('code' in at && typeof at.code === 'string') texts.push(at.code)
  }
  return texts
}

function causeOf(error: Error): unknown {
  return error.cause ?? (error as { readonly lastNodeError?: unknown }).lastNodeError
}
