import { expect, vi } from 'vitest'
import type { Cache, Definition, InvalidateTarget } from '../../src/index.ts'
import { createGate } from '../support/gate.ts'

/** One row of the source, and a loader that can be stopped between reading it and returning. */
class Source {
  version = 'old'
  loads = 0
  /** Stops the next load after it has read. */
  gate = createGate()
  #gated = true

  async load(): Promise<{ version: string }> {
    this.loads += 1
    const row = { version: this.version }
    if (this.#gated) {
      this.#gated = false
      await this.gate.pass()
    }
    return row
  }
}

type Video = Definition<{ readonly id: string | number | bigint | boolean }, { version: string }>

/** The same kind of value in one process; only with the tag that is asked for, so that no other rule steps in. */
function defineVideo(cache: Cache, source: Source, target: InvalidateTarget): Video {
  const tag = typeof target === 'object' && 'tag' in target ? target.tag : undefined
  return cache.define({
    key: 'video:{id}',
    load: () => source.load(),
    policy: { ttl: '5m' },
    tags: () => (tag === ways['a tag known before the load'].tag ? [tag] : []),
    valueTags: () => (tag === ways['a tag that the value tells'].tag ? [tag] : []),
  })
}

/** Every way to invalidate the entry. */
export const ways = {
  'its key': { key: 'video:1' },
  'a tag known before the load': { tag: 'videos' },
  'a tag that the value tells': { tag: 'owner:7' },
  'a pattern': { pattern: 'video:*' },
  all: 'all',
} as const satisfies Readonly<Record<string, InvalidateTarget>>

/** What readers saw of an edit that overtook a load. */
export interface Outcome {
  /** The read that began after the invalidation, while the overtaken load still ran. */
  readonly during: string
  /** The read after everything had settled. */
  readonly after: string
  /** The same, by another process. */
  readonly afterElsewhere: string
}

/** A load reads the old row, is overtaken by an edit and its invalidation, and then returns. */
export async function overtakeLoad(reader: Cache, editor: Cache, target: InvalidateTarget): Promise<Outcome> {
  const source = new Source()
  const readerVideo = defineVideo(reader, source, target)
  const editorVideo = reader === editor ? readerVideo : defineVideo(editor, source, target)
  const overtaken = readerVideo.getOrSet({ id: 1 })
  await source.gate.reached
  source.version = 'new'
  await editor.invalidate(target)
  const during = readerVideo.getOrSet({ id: 1 })
  // The overtaken load returns last, unless the other read waits for it: then it has done so for many round trips.
  await Promise.race([during, roundTrips(readerVideo, 20)])
  source.gate.open()
  await overtaken
  const seenDuring = await during
  // Fills are not awaited by readers, so the test does: the overtaken one must have had its chance to do harm.
  await vi.waitFor(() => {
    const { fills, fillsDiscarded } = reader.stats()
    expect(fills + fillsDiscarded).toBe(source.loads)
  })
  return {
    during: seenDuring.version,
    after: (await readerVideo.getOrSet({ id: 1 })).version,
    afterElsewhere: (await editorVideo.getOrSet({ id: 1 })).version,
  }
}

async function roundTrips(video: Video, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await video.entry({ id: 2 })
}
