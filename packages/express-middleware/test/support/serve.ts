import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { Redis } from 'ioredis'
import type { Express } from 'express'

const open: (() => Promise<void> | void)[] = []

/** Listens on a free port of this machine; the result is the address. */
export async function serve(app: Express): Promise<string> {
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => {
      resolve(listening)
    })
  })
  open.push(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  )
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

/** A client that fails at once instead of queueing. */
export async function connect(url: string = testRedisUrl()): Promise<Redis> {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 500,
    retryStrategy: (attempt) => Math.min(200, attempt * 20),
  })
  client.on('error', () => undefined)
  await new Promise((resolve) => client.once('ready', resolve))
  open.push(() => {
    client.disconnect()
  })
  return client
}

/** Adds something to what {@link closeAll} closes. */
export function onClose(close: () => Promise<void> | void): void {
  open.push(close)
}

/** Closes what the test opened, newest first. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close()
}

function testRedisUrl(): string {
  const url = process.env['VIDNEST_TEST_REDIS_URL']
  if (url === undefined)
    throw new Error('VIDNEST_TEST_REDIS_URL is not set: run the tests through the int project')
  return url
}
