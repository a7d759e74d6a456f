import type { RedisLike } from '../../redis/redis-like.ts'
import { systemClock } from '../../time/clock.ts'
import { ServerTime } from '../../time/server-time.ts'
import type { Connection } from './connection.ts'

/** The time of Redis, as it goes on while the command runs. */
export async function serverTime({ client }: Pick<Connection, 'client'>): Promise<ServerTime> {
  const time = new ServerTime(systemClock)
  const sentAt = systemClock.now()
  time.observe(await askTime(client), sentAt)
  return time
}

/** What a server says that the time is, in ms. */
export async function askTime(server: RedisLike): Promise<number> {
  const [seconds, microseconds] = (await server.call('TIME')) as [string, string]
  return Number(seconds) * 1000 + Number(microseconds) / 1000
}
