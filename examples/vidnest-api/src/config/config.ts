import { z } from 'zod'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')
const count = (standard: number) => z.coerce.number().int().min(0).default(standard)
const seconds = (standard: number) => z.coerce.number().int().min(1).default(standard)

/** Every variable, with its default; `.env.example` lists them with their meaning. */
const Environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8000),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  MONGODB_URI: z.url({ protocol: /^mongodb(\+srv)?$/ }).default('mongodb://127.0.0.1:27017/vidnest'),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  REDIS_HOST: z.string().default('127.0.0.1'),
  REDIS_PORT: z.coerce.number().int().min(1).max(65_535).default(6379),
  REDIS_PASSWORD: z.string().optional(),
  REDIS_TLS: flag.default(false),
  REDIS_CACHE_DB: count(0),
  REDIS_SESSION_DB: count(1),
  REDIS_CACHE_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  REDIS_SESSION_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  CACHE: flag.default(true),
  CACHE_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9._-]+$/)
    .default('vidnest'),
  REDIS_VIDEO_LIST_TTL: seconds(300),
  REDIS_VIDEO_TTL: seconds(900),
  REDIS_TRENDING_TTL: seconds(600),
  REDIS_USER_TTL: seconds(1800),
  REDIS_CHANNEL_TTL: seconds(900),
  REDIS_SEARCH_TTL: seconds(900),
  REDIS_SESSION_TTL: seconds(86_400),
  COUNTER_SYNC_SECONDS: seconds(300),
  ACCESS_TOKEN_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters: `openssl rand -base64 48` makes one'),
  COOKIE_SECURE: flag.default(true),
  TRUST_PROXY: count(0),
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
  RATE_LIMIT_GLOBAL: z.coerce.number().int().min(1).default(1000),
  RATE_LIMIT_LOGIN: z.coerce.number().int().min(1).default(5),
  RATE_LIMIT_REGISTER: z.coerce.number().int().min(1).default(5),
  RATE_LIMIT_REFRESH: z.coerce.number().int().min(1).default(60),
  RATE_LIMIT_UPLOAD: z.coerce.number().int().min(1).default(10),
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
    redisUrls: {
      cache: config.REDIS_CACHE_URL ?? withDatabase(base, config.REDIS_CACHE_DB),
      session: config.REDIS_SESSION_URL ?? withDatabase(base, config.REDIS_SESSION_DB),
    },
  }
}

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
