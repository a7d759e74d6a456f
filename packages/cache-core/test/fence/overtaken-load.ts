import { expect, vi } from 'vitest'
import type { Redis } from 'ioredis'
import type { Cache, Definition, InvalidateTarget } from '../../src/index.ts'
import { createGate } from '../support/gate.ts'

/** One row of the source, and a loader that can be stopped between reading it and returning. */
class Source {
  version = 'old'
  loads = 0
  /** Stops the next load after it has read. */
  gate = createGate()
  #gated = true

  async load(): Promise<Row> {
    this.loads += 1
    const row = { version: this.version }
    if (this.#gated) {
      this.#gated = false
      await this.gate.pass()
    }
    return row
  }
}

interface Row {
  readonly version: string
}

type Video = Definition<{ readonly id: string | number | bigint | boolean }, Row>

/** What an editor does once it has changed the row: afterwards no older one may be read. */
export interface Way {
  readonly tags?: readonly string[]
  readonly valueTags?: readonly string[]
  readonly invalidate: (world: Editor) => Promise<unknown>
}

interface Editor {
  readonly cache: Cache
  readonly video: Video
  readonly redis: Redis
}

const byTarget =
  (target: InvalidateTarget): Way['invalidate'] =>
  ({ cache }) =>
    cache.invalidate(target)

const deleteAll = async ({ redis, cache }: Editor, pattern: string): Promise<void> => {
  const names = await redis.keys(`${cache.namespace}:${pattern}`)
  if (names.length > 0) await redis.del(names)
}

/** Every way in which an entry can be made old. */
export const ways = {
  'its key': { invalidate: byTarget({ key: 'video:1' }) },
  'a tag known before the load': { tags: ['videos'], invalidate: byTarget({ tag: 'videos' }) },
  'a tag that the value tells': { valueTags: ['owner:7'], invalidate: byTarget({ tag: 'owner:7' }) },
  'a pattern': { invalidate: byTarget({ pattern: 'video:*' }) },
  'matching parameters': { invalidate: ({ video }) => video.invalidateMatching({ id: 1 }) },
  all: { invalidate: byTarget('all') },
  'a guarded write': {
    invalidate: ({ cache, video }) => cache.guard(video.target({ id: 1 }), () => 'written'),
  },
  set: { invalidate: ({ video }) => video.set({ id: 1 }, { version: 'new' }) },
  writeThrough: { invalidate: ({ video }) => video.writeThrough({ id: 1 }, () => ({ version: 'new' })) },
  'a DEL by hand': { invalidate: ({ redis, cache }) => redis.del(`${cache.namespace}:video:1`) },
  'an eviction of the entry': { invalidate: (editor) => deleteAll(editor, 'video:*') },
  'an eviction of everything': {
    tags: ['videos'],
    valueTags: ['owner:7'],
    invalidate: (editor) => deleteAll(editor, '*'),
  },
} as const satisfies Readonly<Record<string, Way>>

/** All of Redis at once; on a server of the test's own. */
export const flushAll: Way = {
  tags: ['videos'],
  valueTags: ['owner:7'],
  invalidate: ({ redis }) => redis.flushall(),
}

/** How the load that is overtaken was begun. */
export const loads = {
  'a single read': (video: Video) => video.getOrSet({ id: 1 }),
  'a batch': (video: Video, source: Source) =>
    video
      .getOrSetMany([{ id: 2 }, { id: 1 }], (missing) =>
        Promise.all(missing.map(async ({ id }) => (id === 1 ? source.load() : { version: 'other' }))),
      )
      .then(([, row]) => row),
  'a refresh': (video: Video) => video.refresh({ id: 1 }),
  'a refresh in the background': (video: Video) => video.getOrSet({ id: 1 }),
} as const

export type LoadName = keyof typeof loads

export const allLoads = Object.keys(loads) as LoadName[]

/** What readers saw of an edit that overtook a load. */
export interface Outcome {
  /** The read that began after the invalidation, while the overtaken load still ran. */
  readonly during: string
  /** The read after everything had settled. */
  readonly after: string
  /** The same, by another process. */
  readonly afterElsewhere: string
}

export const fresh: Outcome = { during: 'new', after: 'new', afterElsewhere: 'new' }

/** The processes of a scenario, each with a connection of its own. */
export interface Processes {
  readonly reader: Cache
  readonly editor: Cache
  readonly redis: Redis
  /** Whether the reader has a near tier that does not know of the edit at once. */
  readonly hearsLater?: boolean
}

/** A load reads the old row, is overtaken by an edit and its invalidation, and then returns. */
export async function overtakeLoad(
  { reader, editor, redis, hearsLater = false }: Processes,
  way: Way,
  load: LoadName = 'a single read',
): Promise<Outcome> {
  const source = new Source()
  const isBackground = load === 'a refresh in the background'
  const readerVideo = defineVideo(reader, source, { way, isBackground })
  const editorVideo = reader === editor ? readerVideo : defineVideo(editor, source, { way, isBackground })
  if (load !== 'a single read' && load !== 'a batch') await readerVideo.set({ id: 1 }, { version: 'old' })
  if (isBackground) await reader.invalidate({ key: 'video:1' }, { mode: 'soft' })
  const overtaken = loads[load](readerVideo, source)
  await source.gate.reached
  source.version = 'new'
  await way.invalidate({ cache: editor, video: editorVideo, redis })
  if (hearsLater) await untilHeard(readerVideo)
  const during = readerVideo.getOrSet({ id: 1 })
  // The overtaken load returns last, unless the other read waits for it: then it has done so for many round trips.
  await Promise.race([during, roundTrips(readerVideo, 20)])
  source.gate.open()
  await overtaken
  const seenDuring = await during
  // Fills are not awaited by readers, so the test does: the overtaken one must have had its chance to do harm.
  await vi.waitFor(() => {
    const { fills, fillsDiscarded, loads: started } = reader.stats()
    expect(fills + fillsDiscarded).toBeGreaterThanOrEqual(started)
  })
  return {
    during: seenDuring.version,
    after: (await readerVideo.getOrSet({ id: 1 })).version,
    afterElsewhere: (await editorVideo.getOrSet({ id: 1 })).version,
  }
}

/** The same kind of value in one process; only with the tags that the way needs, so that no other rule steps in. */
function defineVideo(
  cache: Cache,
  source: Source,
  { way, isBackground }: { readonly way: Way; readonly isBackground: boolean },
): Video {
  return cache.define({
    key: 'video:{id}',
    load: () => source.load(),
    policy: { ttl: '5m', ...(isBackground ? { staleWhileRevalidate: '5m' } : {}) },
    tags: () => way.tags ?? [],
    valueTags: () => way.valueTags ?? [],
  })
}

/** A near tier may serve the old value until the message of the edit is there; without one, until its own TTL is over. */
function untilHeard(video: Video): Promise<void> {
  return vi.waitFor(async () => expect((await video.get({ id: 1 }))?.version).not.toBe('old'), {
    timeout: 15_000,
    interval: 5,
  })
}

async function roundTrips(video: Video, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await video.entry({ id: 3 })
}
