import { randomBytes } from 'node:crypto'
import { createOwnedFolder, createStepPrinter, startMongo, startRedis } from '@vidnest/services'
import { type SeededLogin, seedDatabase } from '../src/seed/seed-database.ts'
import { type RunningVidNest, startVidNest } from '../src/start.ts'
import { say, step } from './terminal.ts'

/** VidNest with servers of its own. */
export interface DemoEnvironment {
  readonly vidnest: RunningVidNest
  readonly logins: readonly SeededLogin[]
  /** Stops everything and removes what it kept on disk. */
  close(): Promise<void>
}

/** Limits so high that showing somebody around does not reach them. */
const generousLimits = Object.fromEntries(
  ['GLOBAL', 'LOGIN', 'REGISTER', 'REFRESH', 'UPLOAD'].map((name) => [`RATE_LIMIT_${name}`, '100000']),
)

/** Starts Redis, MongoDB and VidNest, filled and warm; each step is announced. */
export async function startDemo({ port }: { readonly port: number }): Promise<DemoEnvironment> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const report = createStepPrinter({ write: (text) => say(text.trimEnd()) })
    const redis = await startRedis({ report })
    closers.push(() => redis.stop())
    const mongo = await startMongo({ report })
    closers.push(() => mongo.stop())
    const uploads = await createOwnedFolder('uploads')
    closers.push(() => uploads.release())
    const mongoUri = databaseUri(mongo.uri)
    const { logins } = await step('Seeded 200 users and 2,000 videos', () => seedDatabase({ mongoUri }))
    const vidnest = await startVidNest({
      PORT: String(port),
      MONGODB_URI: mongoUri,
      REDIS_URL: redis.url,
      ACCESS_TOKEN_SECRET: randomBytes(48).toString('base64'),
      LOG_LEVEL: 'warn',
      DEMO_HEADERS: 'on',
      COOKIE_SECURE: 'off',
      UPLOAD_DIR: uploads.path,
      ...generousLimits,
    })
    closers.push(() => vidnest.close())
    await step('Warmed the caches', () => vidnest.warming)
    return { vidnest, logins, close }
  } catch (error) {
    await close()
    throw error
  }
}

function databaseUri(uri: string): string {
  const address = new URL(uri)
  address.pathname = '/vidnest'
  return address.href
}
