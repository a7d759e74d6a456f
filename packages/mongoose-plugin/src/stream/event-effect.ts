import { type Effect, unknownEffect } from '../changes/effect.ts'
import { type Image, imageOf } from '../images/image.ts'
import { withoutPositions } from '../paths/overlap.ts'
import type { Fields } from '../writes/write-operation.ts'
import type { StreamEvent } from './stream-event.ts'

/** What an event did to a document; to all of the collection when it is not about one. */
export function eventEffect(event: StreamEvent, watch: readonly string[]): Effect {
  const { operationType, documentKey, fullDocument, fullDocumentBeforeChange } = event
  if (documentKey === undefined || !Object.hasOwn(documentKey, '_id')) return unknownEffect('unknown', 'all')
  const before = imageIn(fullDocumentBeforeChange, watch)
  const after = imageIn(fullDocument, watch)
  const known = { id: [documentKey._id] as const, identity: 'exact' as const }
  switch (operationType) {
    case 'insert':
      return { ...known, op: 'insert', touched: 'all', ...both(undefined, after), exactness: proof(after) }
    case 'delete':
      return { ...known, op: 'delete', touched: 'all', ...both(before, undefined), exactness: proof(before) }
    case 'replace':
      return {
        ...known,
        op: 'replace',
        touched: 'all',
        ...both(before, after),
        exactness: proof(before, after),
      }
    case 'update': {
      const touched = new Set((event.touched ?? []).map(withoutPositions))
      return { ...known, op: 'update', touched, ...both(before, after), exactness: proof(before, after) }
    }
    default:
      return unknownEffect('unknown', 'all')
  }
}

/** The collections that an event is about. */
export function collectionsOf({ ns, to }: StreamEvent): string[] {
  return [ns?.coll, to?.coll].filter((name) => name !== undefined)
}

function imageIn(document: Fields | null | undefined, watch: readonly string[]): Image | undefined {
  return typeof document === 'object' && document !== null ? imageOf(document, watch) : undefined
}

function both(before: Image | undefined, after: Image | undefined): Pick<Effect, 'before' | 'after'> {
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

function proof(...images: (Image | undefined)[]): 'exact' | 'none' {
  return images.includes(undefined) ? 'none' : 'exact'
}
