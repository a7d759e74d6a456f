import { randomBytes } from 'node:crypto'
import { createOwnedFolder, createStepPrinter } from '@vidnest/services'
import { type SeededLogin, seedDatabase } from '../src/seed/seed-database.ts'
import { type RunningVidNest, startVidNest } from '../src/start.ts'
import { addressIn, type Looks, mongoFor, redisFor } from './servers.ts'
import { say, step } from './terminal.ts'

/** VidNest with servers of its own, or with a part of existing ones that is its own. */
export interface DemoEnvironment {
  readonly vidnest: RunningVidNest
  readonly logins: readonly SeededLogin[]
  /** What there is to see in Redis, and the commands that show it. */
  readonly looks: Looks
  /** Stops everything and removes what it kept, on disk and on existing servers. */
  close(): Promise<void>
}

export interface DemoOptions {
  readonly port: number
  /** Use the servers that `REDIS_URL` and `MONGODB_URI` name. */
  readonly existingServers: boolean
}

/** Limits so high that showing somebody around does not reach them. */
const generousLimits = Object.fromEntries(
  ['GLOBAL', 'LOGIN', 'REGISTER', 'REFRESH', 'UPLOAD'].map((name) => [`RATE_LIMIT_${name}`, '100000']),
)

/** Starts Redis, MongoDB and VidNest, filled and warm; each step is announced. */
export async function startDemo({ port, existingServers }: DemoOptions): Promise<DemoEnvironment> {
  const closers: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    const errors: unknown[] = []
    for (const closer of closers.splice(0).reverse())
      await closer().catch((error: unknown) => errors.push(error))
    if (errors.length > 0) throw errors[0]
  }
  try {
    const report = createStepPrinter({ write: (text) => say(text.trimEnd()) })
    const redis = await redisFor(existingServers ? addressIn('REDIS_URL') : undefined, report)
    closers.push(() => redis.close())
    const mongo = await mongoFor(existingServers ? addressIn('MONGODB_URI') : undefined, report)
    closers.push(() => mongo.close())
    const uploads = await createOwnedFolder('uploads')
    closers.push(() => uploads.release())
    const mongoUri = mongo.env['MONGODB_URI'] ?? ''
    const { logins } = await step('Seeded 200 users and 2,000 videos', () => seedDatabase({ mongoUri }))
    const vidnest = await startVidNest({
      ...redis.env,
      ...mongo.env,
      PORT: String(port),
      ACCESS_TOKEN_SECRET: randomBytes(48).toString('base64'),
      LOG_LEVEL: 'warn',
      DEMO_HEADERS: 'on',
      COOKIE_SECURE: 'off',
      UPLOAD_DIR: uploads.path,
      ...generousLimits,
    })
    closers.push(() => vidnest.close())
    await step('Warmed the caches', () => vidnest.warming)
    return { vidnest, logins, looks: redis.looks(vidnest.context.config.redisUrls), close }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}
