import { z } from 'zod'

const flag = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on')
/** A whole number between these, as text. */
function whole(least: number, most = Number.MAX_SAFE_INTEGER) {
  const range =
    most === Number.MAX_SAFE_INTEGER
      ? `, ${String(least)} or more`
      : ` from ${String(least)} to ${String(most)}`
  const error = `must be a whole number${range}`
  return z
    .string()
    .regex(/^\d+$/, error)
    .transform(Number)
    .pipe(z.number(error).min(least, error).max(most, error))
}
const port = (least: number) => whole(least, 65_535)
const database = (standard: number) => whole(0).default(standard)
/** A duration that changes a usual one, which stands where it is used. */
const seconds = () => whole(1).optional()
const limit = (standard: number) => whole(1).default(standard)
const mongoAddress = z.url({
  protocol: /^mongodb(\+srv)?$/,
  error: 'must be an address that begins with mongodb://',
})
const redisAddress = z.url({
  protocol: /^rediss?$/,
  error: 'must be an address that begins with redis:// or rediss://',
})
const secretLength = 'must be set, to at least 32 characters: `openssl rand -base64 48` makes one'

/** Every variable, with its default; `.env.example` lists them with their meaning. */
const Environment = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'], 'must be development, test or production')
    .default('development'),
  PORT: port(0).default(8000),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'must be fatal, error, warn, info, debug or silent',
    )
    .default('info'),
  MONGODB_URI: mongoAddress.default('mongodb://127.0.0.1:27017/vidnest'),
  REDIS_URL: redisAddress.optional(),
  REDIS_HOST: z.string().default('127.0.0.1'),
  REDIS_PORT: port(1).default(6379),
  REDIS_PASSWORD: z.string().optional(),
  REDIS_TLS: flag.default(false),
  REDIS_CACHE_DB: database(0),
  REDIS_SESSION_DB: database(1),
  REDIS_QUEUE_DB: database(2),
  REDIS_CACHE_URL: redisAddress.optional(),
  REDIS_SESSION_URL: redisAddress.optional(),
  CACHE: flag.default(true),
  CACHE_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/, 'must be of letters, digits, dots, dashes and underscores')
    .default('vidnest'),
  REDIS_DEFAULT_TTL: seconds(),
  REDIS_VIDEO_LIST_TTL: seconds(),
  REDIS_VIDEO_TTL: seconds(),
  REDIS_TRENDING_TTL: seconds(),
  REDIS_USER_TTL: seconds(),
  REDIS_CHANNEL_TTL: seconds(),
  REDIS_SEARCH_TTL: seconds(),
  REDIS_SESSION_TTL: seconds(),
  COUNTER_SYNC_SECONDS: seconds(),
  ACCESS_TOKEN_SECRET: z.string(secretLength).min(32, secretLength),
  COOKIE_SECURE: flag.default(true),
  TRUST_PROXY: whole(0).default(0),
  CORS_ORIGIN: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter((origin) => origin !== ''),
    ),
  UPLOAD_DIR: z.string().min(1).default('uploads'),
  RATE_LIMIT_GLOBAL: limit(1000),
  RATE_LIMIT_LOGIN: limit(5),
  RATE_LIMIT_REGISTER: limit(5),
  RATE_LIMIT_REFRESH: limit(60),
  RATE_LIMIT_UPLOAD: limit(10),
  DEMO_HEADERS: flag.default(false),
})

/** The application's configuration, checked. */
export type Config = Omit<z.infer<typeof Environment>, 'REDIS_URL'> & { readonly redisUrls: RedisUrls }

/** An address for each role of Redis. */
export interface RedisUrls {
  /** Cached values: may be evicted, and lost. */
  readonly cache: string
  /** Sessions, limits and counters: must neither be evicted nor lost. */
  readonly session: string
}

/** The environment cannot be used; the message has a line for each bad variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Reads the configuration. @throws {ConfigError} naming every variable that is missing or wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
    throw new ConfigError(`the environment is not complete (see .env.example):\n${lines.join('\n')}`)
  }
  const { REDIS_URL, ...config } = parsed.data
  const base = REDIS_URL ?? hostUrl(config)
  return {
    ...config,
    ...(config.REDIS_DEFAULT_TTL !== undefined && { REDIS_VIDEO_LIST_TTL: config.REDIS_DEFAULT_TTL }),
    redisUrls: {
      cache: config.REDIS_CACHE_URL ?? withDatabase(base, config.REDIS_CACHE_DB),
      session: config.REDIS_SESSION_URL ?? withDatabase(base, config.REDIS_SESSION_DB),
    },
  }
}

/** Names of all variables that are read. */
export const variableNames: readonly string[] = Object.keys(Environment.shape)

type HostSettings = Pick<
  z.infer<typeof Environment>,
  'REDIS_HOST' | 'REDIS_PORT' | 'REDIS_PASSWORD' | 'REDIS_TLS'
>

function hostUrl({ REDIS_HOST, REDIS_PORT, REDIS_PASSWORD, REDIS_TLS }: HostSettings): string {
  const password = REDIS_PASSWORD === undefined ? '' : `:${encodeURIComponent(REDIS_PASSWORD)}@`
  return `${REDIS_TLS ? 'rediss' : 'redis'}://${password}${REDIS_HOST}:${String(REDIS_PORT)}`
}

function withDatabase(url: string, database: number): string {
  const address = new URL(url)
  address.pathname = `/${String(database)}`
  return address.href
}

/** Whether what may be evicted and what may not are on one server. */
export function shareServer({ cache, session }: RedisUrls): boolean {
  return new URL(cache).host === new URL(session).host
}
