import { Redis, type RedisOptions } from 'ioredis'

export type ClientOptions = Pick<
  RedisOptions,
  'enableAutoPipelining' | 'enableOfflineQueue' | 'maxRetriesPerRequest'
>

/** A connected ioredis client; default settings unless `options` say otherwise. */
export async function connectIoredis(url: string, options: ClientOptions = {}): Promise<Redis> {
  const client = new Redis(url, options)
  client.on('error', () => undefined)
  await new Promise((resolve) => client.once('ready', resolve))
  return client
}
