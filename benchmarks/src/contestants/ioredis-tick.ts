import type { Redis } from 'ioredis'
import { connectIoredis } from './connect-ioredis.ts'
import { ttlMs, type Contestant } from './contestant.ts'

const pageNames = 32

/** The texts of single names, those of one tick by MGETs of up to 32 names. */
function readByTick(client: Redis): (name: string) => Promise<string | null> {
  let waiting: { readonly name: string; readonly resolve: (text: string | null) => void }[] = []
  const send = async (page: typeof waiting): Promise<void> => {
    const texts = await client.mget(page.map(({ name }) => name))
    page.forEach(({ resolve }, index) => resolve(texts[index] ?? null))
  }
  const flush = (): void => {
    const all = waiting
    waiting = []
    for (let start = 0; start < all.length; start += pageNames) void send(all.slice(start, start + pageNames))
  }
  return (name) =>
    new Promise((resolve) => {
      if (waiting.length === 0) process.nextTick(flush)
      waiting.push({ name, resolve })
    })
}

/** What is left of a read when no library stands between, and the reads of a tick go together. */
export const ioredisTick: Contestant = {
  name: 'ioredis, MGET by tick',
  package: 'ioredis',
  settings:
    'By hand, without a check of anything: the reads of one tick in MGETs of up to 32 names, and JSON.parse. What a library on ioredis can reach at most.',
  tiers: ['redis'],
  workloads: ['hit', 'hit-list', 'hit-counter'],
  open: async ({ url, namespace, load }) => {
    const client = await connectIoredis(url)
    const textOf = readByTick(client)
    return {
      read: async (id) => {
        const name = `${namespace}:video:${id}`
        const text = await textOf(name)
        if (text !== null) return JSON.parse(text) as unknown
        const value = await load(id)
        await client.set(name, JSON.stringify(value), 'PX', ttlMs)
        return value
      },
      close: () => client.quit(),
    }
  },
}
