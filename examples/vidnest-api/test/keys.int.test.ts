import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Member, startTestVidNest, type TestVidNest, upload } from './support/vidnest.ts'

let app: TestVidNest
let member: Member
const secrets: string[] = []

beforeAll(async () => {
  app = await startTestVidNest()
  member = await app.member()
  const video = await upload(member)
  const { client } = member
  for (const path of [
    '/videos',
    '/videos?page=2&limit=5&sortBy=views&sortType=asc',
    '/videos?category=music',
    `/videos?owner=${member.id}`,
    `/videos?category=music&owner=${member.id}`,
    `/videos/${video}`,
    '/videos/trending',
    '/videos/trending?category=music',
    '/search?q=uploaded',
    `/search?q=${encodeURIComponent(`by ${member.email}`)}`,
    `/users/c/${member.username}`,
    '/users/me',
    '/users/sessions',
  ]) {
    await client.expect(200, path)
  }
  await client.expect(200, `/videos/${video}/view`, { method: 'POST' })
  await client.expect(200, '/users/me', { method: 'PATCH', body: { fullName: 'Another Name' } })
  const user = await app.vidnest.context.models.User.findById(member.id).select('+passwordHash').lean()
  secrets.push(
    member.email,
    user?.passwordHash ?? '',
    client.token ?? '',
    member.refreshToken,
    ...member.refreshToken.split('.').slice(3),
  )
})

afterAll(() => app.close())

/** The rows of the table in the README: a name after the namespace, and the TTL in seconds. */
const rows: readonly (readonly [pattern: RegExp, ttl: number])[] = [
  [
    /^videos:list:page:\d+:limit:\d+:sort:(createdAt|views|duration|title):(desc|asc)(:category:[a-z]+)?(:owner:[0-9a-f]{24})?$/,
    300,
  ],
  [/^video:[0-9a-f]{24}$/, 900],
  [/^videos:trending(:category:[a-z]+)?$/, 600],
  [/^video:(views|likes|dislikes):[0-9a-f]{24}$/, -1],
  [/^channel:subscribers:[0-9a-f]{24}$/, -1],
  [/^user:profile:[0-9a-f]{24}$/, 1800],
  [/^user:byname:[a-z0-9_.-]+$/, 1800],
  [/^session:[0-9a-f]{24}:[A-Za-z0-9_-]{22}$/, 86_400],
  [/^channel:stats:[0-9a-f]{24}$/, 900],
  [/^search:[A-Za-z0-9._~%-]+:page:\d+$/, 900],
  [/^ratelimit:(global|login|register|refresh):[A-Za-z0-9._~%-]+$/, 900],
  [/^ratelimit:upload:[A-Za-z0-9._~%-]+$/, 3600],
]

/** The helper keys of the README's second table. */
const helpers =
  /^~(generation|tag:.+|counter:[a-z:]+:(live|batch|last)|session:(generation|index|bar):[0-9a-f]{24})$/

const jitter = 0.1

/** A name in Redis, its row in the table, and how long it still lives, in ms. */
interface Found {
  readonly key: string
  readonly row: number
  readonly ttl: number
}

async function findKeys(): Promise<Found[]> {
  const found: Found[] = []
  for (const redis of await databases()) {
    for (const name of await redis.keys('*')) {
      const key = name.replace(/^vidnest:/, '')
      const row = rows.findIndex(([pattern]) => pattern.test(key))
      if (!helpers.test(key)) found.push({ key, row, ttl: await redis.pttl(name) })
    }
    redis.disconnect()
  }
  return found
}

/** Whether a life is the row's, give or take its jitter and the half minute that the test may have taken. */
function fits({ row, ttl }: Found): boolean {
  const ms = (rows[row]?.[1] ?? 0) * 1000
  if (ms < 0) return ttl === -1
  return ttl > ms * (1 - jitter) - 30_000 && ttl <= ms * (1 + jitter)
}

test('every name in Redis is of the table or a helper, each row is there, and its TTL is the row’s', async () => {
  const found = await findKeys()
  expect(found.filter(({ row }) => row === -1)).toEqual([])
  expect(found.filter((one) => !fits(one))).toEqual([])
  expect([...new Set(found.map(({ row }) => row))].sort((a, b) => a - b)).toEqual(
    rows.map((_, index) => index),
  )
})

test('no name and no value holds a password hash, a raw token or an e-mail address', async () => {
  const contents: string[] = []
  for (const redis of await databases()) {
    for (const name of await redis.keys('*')) contents.push(name, await contentOf(redis, name))
    redis.disconnect()
  }
  const everything = contents.join('\n')
  expect(everything).toContain('An uploaded video')
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10)
    expect(everything.includes(secret)).toBe(false)
  }
  expect(everything).not.toMatch(/[a-z0-9.]+@vidnest\.example/)
  expect(everything).not.toContain('$argon2')
})

test('a search for an address has an entry of its own, under a hash', async () => {
  const search = async (text: string): Promise<unknown> => {
    const { status, source, data } = await app.client().ask(`/search?q=${encodeURIComponent(text)}`)
    expect(status).toBe(200)
    return [source, (data as { videos: unknown[] }).videos.length]
  }
  const names = (): Promise<string[]> => app.vidnest.context.redis.cache.keys('vidnest:search:*')
  const before = new Set(await names())
  expect(await search('Uploaded anna@vidnest.example')).toEqual(['mongodb', 1])
  const [name = '', ...others] = (await names()).filter((one) => !before.has(one))
  expect(others).toEqual([])
  expect(name).toMatch(/^vidnest:search:SHA256-[A-Za-z0-9_-]{43}:page:1$/)
  expect(await search('uploaded ANNA@vidnest.example')).toEqual(['redis', 1])
  expect(await search('uploaded ben@vidnest.example')).toEqual(['mongodb', 1])
  expect(await search(name.split(':')[2] ?? '')).toEqual(['mongodb', 0])
})

async function databases(): Promise<Redis[]> {
  const clients: Redis[] = []
  for (const database of ['0', '1']) {
    const redis = new Redis(`${app.redis.url}/${database}`)
    await redis.ping()
    clients.push(redis)
  }
  return clients
}

async function contentOf(redis: Redis, name: string): Promise<string> {
  switch (await redis.type(name)) {
    case 'string':
      return (await redis.get(name)) ?? ''
    case 'hash':
      return JSON.stringify(await redis.hgetall(name))
    case 'zset':
      return JSON.stringify(await redis.zrange(name, '0', '-1'))
    default:
      throw new Error(`${name} is of a type that nothing here writes`)
  }
}
