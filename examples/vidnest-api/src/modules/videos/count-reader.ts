import { trusted } from 'mongoose'
import type { Models } from '../../models/models.ts'
import type { Video } from '../../models/video.ts'

/** The numbers of a video as MongoDB has them. */
export type StoredCounts = Pick<Video, 'views' | 'likes' | 'dislikes' | '_counters'>

type CountRow = StoredCounts & Pick<Video, '_id'>

/** Reads that will be made together. */
interface Batch {
  readonly ids: Set<string>
  readonly counts: Promise<ReadonlyMap<string, StoredCounts>>
}

const none: StoredCounts = { views: 0, likes: 0, dislikes: 0 }

/**
 * Reads the numbers of videos from MongoDB: all that are asked for within one turn of the event loop by one query, which
 * begins after the last of them asked. Without it a page of fifty videos would cost a hundred and fifty.
 */
export function countReader(models: Models): (id: string) => Promise<StoredCounts> {
  let open: Batch | undefined
  const openBatch = (): Batch => {
    const ids = new Set<string>()
    const counts = new Promise((resolve) => setImmediate(resolve)).then(() => {
      open = undefined
      return findCounts(models, ids)
    })
    return { ids, counts }
  }
  return async function readCounts(id) {
    open ??= openBatch()
    open.ids.add(id)
    return (await open.counts).get(id) ?? none
  }
}

async function findCounts(
  models: Models,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, StoredCounts>> {
  const rows = await models.Video.find({ _id: trusted({ $in: [...ids] }) })
    .select('views likes dislikes +_counters')
    .lean<CountRow[]>()
  return new Map(rows.map((row) => [String(row._id), row]))
}
