import type { Fields } from '../writes/write-operation.ts'
import type { FoundDocument } from './image-reader.ts'

/** The filter, for none but these documents. */
export function pinnedFilter(filter: Fields, documents: readonly FoundDocument[]): Fields {
  const ids = documents.map(({ id }) => id)
  return narrowed(filter, { _id: ids.length === 1 ? { $eq: ids[0] } : { $in: ids } })
}

/**
 * The filter, for this document alone and only while it has the values that were read. Aggregation's `$eq` compares
 * whole values, where a query's equality also finds an element of an array and, for `null`, a field that is not there;
 * it follows a collation all the same.
 */
export function guardedFilter(filter: Fields, document: FoundDocument): Fields {
  const equalities = [...document.image].map(([path, value]) => ({
    $eq: [`$${path}`, value === undefined ? '$$REMOVE' : { $literal: value }],
  }))
  return narrowed(pinnedFilter(filter, [document]), { $expr: { $and: equalities } })
}

/** What stands at the top of a filter stays there: `$near` and `$text` are refused elsewhere. */
function narrowed(filter: Fields, clause: Fields): Fields {
  const clauses: readonly unknown[] = Array.isArray(filter.$and) ? filter.$and : []
  return { ...filter, $and: [...clauses, clause] }
}
