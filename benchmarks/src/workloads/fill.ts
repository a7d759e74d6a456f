import { deepStrictEqual } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Subject } from '../contestants/contestant.ts'

/** A loader that counts how often it runs. */
export interface CountingLoader {
  readonly load: (id: string) => Promise<unknown>
  readonly runs: () => number
}

export function countingLoader(make: (id: string) => unknown): CountingLoader {
  let runs = 0
  return {
    load: (id) => {
      runs += 1
      return Promise.resolve(make(id))
    },
    runs: () => runs,
  }
}

/** Runs `work` for each id, 64 at a time. */
export async function forEachId(
  ids: readonly string[],
  work: (id: string) => Promise<unknown>,
): Promise<void> {
  const rest = ids.values()
  const lane = async (): Promise<void> => {
    for (const id of rest) await work(id)
  }
  await Promise.all(Array.from({ length: 64 }, lane))
}

/**
 * Reads all ids until each is a hit. On a busy machine a library that gave Redis up for a while gets the time to try again.
 * @throws when they never are.
 */
export async function fill(subject: Subject, ids: readonly string[], loader: CountingLoader): Promise<void> {
  for (let pass = 0; pass < 10; pass += 1) {
    const before = loader.runs()
    await forEachId(ids, subject.read)
    if (loader.runs() === before) return
    await sleep(pass * 200)
  }
  throw new Error('reads do not become hits')
}

/** @throws unless reading `id` is a hit that returns what the loader returned. */
export async function expectHit(subject: Subject, id: string, { load, runs }: CountingLoader): Promise<void> {
  const expected = await load(id)
  const before = runs()
  deepStrictEqual(await subject.read(id), expected, 'a hit returns another value than the loader did')
  if (runs() !== before) throw new Error('a read that should be a hit ran the loader')
}
