import { isWithin } from '../paths/overlap.ts'
import type { Fields } from '../writes/write-operation.ts'
import type { ResumeToken } from './resume-token.ts'

/** A change event as {@link eventPipeline} shapes it. */
export interface StreamEvent {
  readonly _id: ResumeToken
  readonly operationType: string
  readonly ns?: { readonly coll?: string }
  /** Where a collection was renamed to; this is how `$out` appears. */
  readonly to?: { readonly coll?: string }
  readonly documentKey?: { readonly _id?: unknown }
  /** Paths that an update wrote. */
  readonly touched?: readonly string[] | null
  readonly fullDocument?: Fields | null
  readonly fullDocumentBeforeChange?: Fields | null
}

/**
 * The stages behind `$changeStream`: only events of these collections, and of them only what is used. Whole documents
 * would make an event too large to be sent, which ends a stream for good.
 */
export function eventPipeline(collections: readonly string[], watch: readonly string[]): Fields[] {
  const own = { $in: collections }
  const whole = { operationType: { $in: ['dropDatabase', 'invalidate'] } }
  return [
    { $match: { $or: [whole, { 'ns.coll': own }, { 'to.coll': own }] } },
    {
      $project: {
        operationType: 1,
        ns: 1,
        to: 1,
        'documentKey._id': 1,
        touched,
        ...imageOf('fullDocument', watch),
        ...imageOf('fullDocumentBeforeChange', watch),
      },
    },
  ]
}

const orNone = (path: string): Fields => ({ $ifNull: [path, []] })

const touched = {
  $concatArrays: [
    {
      $map: {
        input: { $objectToArray: { $ifNull: ['$updateDescription.updatedFields', {}] } },
        in: '$$this.k',
      },
    },
    orNone('$updateDescription.removedFields'),
    orNone('$updateDescription.truncatedArrays.field'),
  ],
}

function imageOf(image: string, watch: readonly string[]): Record<string, 1> {
  const widest = watch.filter((path) => !watch.some((other) => other !== path && isWithin(path, other)))
  // The `_id` says that there is an image when all of the paths are absent.
  const paths = widest.includes('_id') || watch.length === 0 ? widest : ['_id', ...widest]
  return Object.fromEntries(paths.map((path) => [`${image}.${path}`, 1]))
}
