import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Subject } from '../contestants/contestant.ts'
import { serverNumber } from '../measure/server-figures.ts'
import { forEachId, type CountingLoader } from './fill.ts'

/** Tells how many reads went beyond memory: to Redis or to the loader. */
export async function beyondMemory(admin: Redis, loader: CountingLoader): Promise<number> {
  return loader.runs() + (await serverNumber(admin, 'stats', 'keyspace_hits'))
}

interface Watch {
  readonly admin: Redis
  readonly loader: CountingLoader
}

/** Reads all ids until memory holds each of them. @throws when it never does. */
export async function fillMemory(
  subject: Subject,
  ids: readonly string[],
  { admin, loader }: Watch,
): Promise<void> {
  for (let pass = 0; pass < 10; pass += 1) {
    const before = await beyondMemory(admin, loader)
    await forEachId(ids, subject.read)
    if ((await beyondMemory(admin, loader)) === before) return
    await sleep(pass * 200)
  }
  throw new Error('entries do not stay in memory')
}
