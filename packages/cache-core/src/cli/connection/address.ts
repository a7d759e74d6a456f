import { usageError } from '../cli-error.ts'

/** Where Redis is, as `--url` or `REDIS_URL` say. */
export interface Address {
  readonly options: AddressOptions
  /** Without user, password and parameters. */
  readonly shown: string
  /** What must never be printed. */
  readonly secrets: readonly string[]
  /** Whether the URL asks for a `keyPrefix`, which the cache refuses. */
  readonly hasKeyPrefix: boolean
}

/** Options of ioredis. */
export interface AddressOptions {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
  readonly db?: number
  readonly tls?: object
}

const defaultUrl = 'redis://127.0.0.1:6379'

/** The address that the command is to use. @throws {CliError} for what is no address of Redis. */
export function resolveAddress(given: string | undefined, environment: string | undefined): Address {
  if (given !== undefined) return parseAddress(given, '--url')
  return parseAddress(environment === undefined || environment === '' ? defaultUrl : environment, 'REDIS_URL')
}

function parseAddress(text: string, source: string): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSecure = url?.protocol === 'rediss:'
  if (url === undefined || url.hostname === '' || !(isSecure || url.protocol === 'redis:'))
    throw usageError(
      `${source} must be an address such as redis://127.0.0.1:6379 or rediss://user:password@host:6380`,
    )
  const database = url.pathname.replace(/^\//, '')
  if (!/^\d{0,5}$/.test(database))
    throw usageError(`${source} must end in the number of a database, or in no path at all`)
  const [username, password] = [decoded(url.username, source), decoded(url.password, source)]
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    options: {
      host,
      port: Number(url.port || 6379),
      ...(username !== '' && { username }),
      ...(password !== '' && { password }),
      ...(database !== '' && { db: Number(database) }),
      ...(isSecure && { tls: {} }),
    },
    shown: `${url.protocol}//${url.host}${database === '' ? '' : `/${database}`}`,
    secrets: [password, url.password].filter((secret) => secret !== ''),
    hasKeyPrefix: url.searchParams.has('keyPrefix'),
  }
}

function decoded(text: string, source: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw usageError(`${source} has a % in its user or password that begins no escape; write %25`)
  }
}
