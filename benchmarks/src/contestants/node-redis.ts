import { createClient } from '@redis/client'
import { ttlMs, type Contestant } from './contestant.ts'

/** The other bare client. */
export const nodeRedis: Contestant = {
  name: 'node-redis',
  package: '@redis/client',
  settings:
    'Bare: default options, the same commands as the floor. It writes the commands of one tick together.',
  tiers: ['redis'],
  workloads: ['hit', 'hit-list', 'hit-counter', 'get-many', 'miss-fill', 'frozen'],
  open: async ({ url, namespace, load }) => {
    const client = createClient({ url })
    client.on('error', () => undefined)
    await client.connect()
    const keyOf = (id: string): string => `${namespace}:video:${id}`
    return {
      read: async (id) => {
        const text = await client.get(keyOf(id))
        if (text !== null) return JSON.parse(text) as unknown
        const value = await load(id)
        await client.set(keyOf(id), JSON.stringify(value), { PX: ttlMs })
        return value
      },
      readMany: async (ids) => {
        const texts = await client.mGet(ids.map(keyOf))
        return texts.map((text) => (text === null ? undefined : (JSON.parse(text) as unknown)))
      },
      close: () => client.close(),
    }
  },
}
