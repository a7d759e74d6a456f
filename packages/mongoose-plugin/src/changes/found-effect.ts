import { idKey } from '../images/image-reader.ts'
import { imageAfter, imageOf, literalImage } from '../images/image.ts'
import { showsPaths } from '../images/projection.ts'
import type { ReadOperation } from '../images/read-documents.ts'
import type { WriteOutcome } from '../writes/outcome.ts'
import { unknownEffect } from './effect.ts'
import { type Draft, exactnessOfRead, type SentWrite } from './sent-write.ts'

/** A `findOneAnd...` says which document it took, and shows it as it was or as it is, unless a projection cuts it. */
export function foundEffect(
  sent: SentWrite,
  { operation, found, watched }: ReadOperation,
  { document, isAfter }: Extract<WriteOutcome, { kind: 'found' }>,
): Draft {
  const { call, watch, proof } = sent
  const { op, touched, ids } = operation
  const listed = found.kind === 'read' ? found.documents[0] : undefined
  const id = document._id ?? ids?.[0] ?? listed?.id
  if (id === undefined) return unknownEffect(op, touched)
  const literal = literalImage(operation, watch)
  const guessed = document._id === undefined && ids === undefined && proof === 'beside'
  const identity = guessed ? 'read' : 'exact'
  const named = { op, id: [id] as const, touched, literal: literal.values, identity } as const
  if (!watched) return { ...named, exactness: identity }

  const shown = showsPaths(call.options.projection, watch) ? imageOf(document, watch) : undefined
  const read = listed !== undefined && idKey(listed.id) === idKey(id) ? listed.image : undefined
  const seen = isAfter ? undefined : shown
  const before = seen ?? read
  const exactness = seen === undefined ? exactnessOfRead(sent) : identity
  if (before === undefined || exactness === 'none') return { ...named, exactness: 'none' }
  if (op === 'delete') return { ...named, before, exactness }
  if (isAfter && shown !== undefined) return { ...named, before, after: shown, exactness }
  if (literal.computed) return { ...named, before, exactness, readAfter: true }
  return { ...named, before, after: imageAfter(before, literal), exactness }
}
