import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createOwnedFolder, type RedisServer, startRedis } from '@vidnest/services'
import mongoose from 'mongoose'
import { type SeededLogin, seedDatabase } from '../../src/seed/seed-database.ts'
import { type RunningVidNest, startVidNest } from '../../src/start.ts'
import { Client } from '../../demo/tour/client.ts'
import { samplePicture, sampleVideo } from '../../demo/tour/media-samples.ts'

/** A VidNest of the test's own: own Redis, own database, own folder. */
export interface TestVidNest {
  readonly vidnest: RunningVidNest
  readonly redis: RedisServer
  readonly logins: readonly SeededLogin[]
  /** A client that is not signed in. */
  client(): Client
  /** A client of a new user. */
  member(): Promise<Member>
  /** A client of the admin. */
  admin(): Promise<Client>
  /** Names of the files that are kept, and of those that wait to be checked. */
  files(): Promise<string[]>
  close(): Promise<void>
}

/** A signed-in user. */
export interface Member {
  readonly client: Client
  readonly id: string
  readonly username: string
  readonly email: string
  readonly password: string
  readonly refreshToken: string
}

export interface TestOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly users?: number
  readonly videos?: number
  /** Further arguments of the Redis server. */
  readonly redisArgs?: string[]
}

const limits = Object.fromEntries(
  ['GLOBAL', 'LOGIN', 'REGISTER', 'REFRESH', 'UPLOAD'].map((name) => [`RATE_LIMIT_${name}`, '1000000']),
)

export async function startTestVidNest({
  env = {},
  users = 20,
  videos = 60,
  redisArgs = [],
}: TestOptions = {}): Promise<TestVidNest> {
  const mongoUri = databaseUri(`vidnest-${randomUUID().slice(0, 8)}`)
  const redis = await startRedis({ args: redisArgs })
  const uploads = await createOwnedFolder('uploads')
  const { logins } = await seedDatabase({ mongoUri, users, videos })
  const vidnest = await startVidNest({
    PORT: '0',
    MONGODB_URI: mongoUri,
    REDIS_URL: redis.url,
    ACCESS_TOKEN_SECRET: randomUUID().repeat(2),
    LOG_LEVEL: 'silent',
    DEMO_HEADERS: 'on',
    COOKIE_SECURE: 'off',
    UPLOAD_DIR: uploads.path,
    ...limits,
    ...env,
  })
  await vidnest.warming
  const client = (): Client => new Client(vidnest.url)
  return {
    vidnest,
    redis,
    logins,
    client,
    member: () => signUp(client()),
    admin: () =>
      signIn(
        client(),
        logins.find(({ role }) => role === 'admin'),
      ),
    files: async () =>
      (await Promise.all(['incoming', 'kept'].map((name) => readdir(join(uploads.path, name))))).flat(),
    async close() {
      await vidnest.close()
      await redis.stop()
      await dropDatabase(mongoUri)
      await uploads.release()
    },
  }
}

/** Uploads a video of the member; resolves to its id. */
export async function upload(member: Member, fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const form = new FormData()
  for (const [name, value] of Object.entries({ title: 'An uploaded video', category: 'music', ...fields }))
    form.set(name, value)
  form.set('videoFile', sampleVideo(), 'video.mp4')
  form.set('thumbnail', samplePicture(), 'picture.png')
  const { id } = await member.client.expect<{ id: string }>(201, '/videos', { method: 'POST', form })
  return id
}

async function signUp(client: Client): Promise<Member> {
  const username = `user${randomUUID().slice(0, 8)}`
  const email = `${username}@vidnest.example`
  const password = `password of ${username}`
  const { id } = await client.expect<{ id: string }>(201, '/users/register', {
    method: 'POST',
    body: { username, email, password, fullName: 'A Member' },
  })
  const { refreshToken } = await signIn(client, { email, password })
  return { client, id, username, email, password, refreshToken }
}

async function signIn(
  client: Client,
  login: Pick<SeededLogin, 'email' | 'password'> | undefined,
): Promise<Client & { readonly refreshToken: string }> {
  const { accessToken, refreshToken } = await client.expect<{ accessToken: string; refreshToken: string }>(
    200,
    '/users/login',
    { method: 'POST', body: { email: login?.email, password: login?.password } },
  )
  client.token = accessToken
  return Object.assign(client, { refreshToken })
}

function databaseUri(name: string): string {
  const address = new URL(process.env['VIDNEST_TEST_MONGO_URI'] ?? '')
  address.pathname = `/${name}`
  return address.href
}

async function dropDatabase(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise()
  await connection.dropDatabase()
  await connection.close()
}
