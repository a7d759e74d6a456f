import { type FoundDocument, idKey, type ImageReader } from '../images/image-reader.ts'
import { type Image, imageAfter, imageOf, literalImage, type LiteralImage } from '../images/image.ts'
import type { PlannedOperation } from '../images/plan-write.ts'
import type { WriteOutcome } from '../writes/outcome.ts'
import type { WriteCall } from '../writes/write-operation.ts'
import { type Effect, unknownEffect } from './effect.ts'

/** A write that was sent. */
export interface SentWrite {
  readonly call: WriteCall
  readonly plans: readonly PlannedOperation[]
  readonly outcome: WriteOutcome
  readonly watch: readonly string[]
  /** Whether any registration wants values that must be read. */
  readonly readsImages: boolean
  /** Whether it was part of the caller's transaction, where what is read cannot be changed by others. */
  readonly inTransaction: boolean
  readonly reader: () => ImageReader
}

/** An effect whose `after` may still have to be read. */
interface Draft extends Effect {
  readonly readAfter?: boolean
}

/** What the write changed, one effect for each document as far as they are known. */
export async function settleWrite(sent: SentWrite): Promise<Effect[]> {
  if (sent.outcome.kind === 'none') return []
  const drafts = sent.plans.flatMap((plan, index) => draftsOf(sent, plan, index))
  if (missesDocuments(sent)) drafts.push(unknownEffect('unknown', 'all'))
  const unread = drafts.filter((draft) => draft.readAfter === true)
  if (unread.length === 0) return drafts
  const images =
    sent.outcome.kind === 'unknown'
      ? undefined
      : await sent.reader().findByIds(unread.flatMap((draft) => draft.id))
  return drafts.map((draft) =>
    draft.readAfter === true ? withAfter(draft, images, sent.inTransaction) : draft,
  )
}

function withAfter(
  draft: Draft,
  images: ReadonlyMap<string, Image> | undefined,
  inTransaction: boolean,
): Effect {
  const after = images?.get(idKey(draft.id[0]))
  if (after === undefined) return { ...draft, exactness: 'none' }
  const exactness = draft.exactness === 'exact' && !inTransaction ? 'read' : draft.exactness
  return { ...draft, after, exactness }
}

function draftsOf(sent: SentWrite, plan: PlannedOperation, index: number): Draft[] {
  const { outcome } = sent
  const { operation } = plan
  const attempted = outcome.kind === 'unknown'
  if (operation.op === 'unknown') return [unknownEffect('unknown', 'all')]
  if (operation.op === 'insert') {
    if (outcome.kind === 'done' && outcome.counts.inserted === 0) return []
    return [insertOf(plan, sent)]
  }
  if (outcome.kind === 'done') {
    const { counts } = outcome
    if (counts.upserted.has(index)) return [upsertOf(counts.upserted.get(index), sent)]
    if ((operation.op === 'delete' ? counts.deleted : counts.modified) === 0) return []
  }
  const upsert = attempted && operation.upsert ? [unknownEffect('unknown', 'all')] : []
  if (!plan.concerned) return upsert
  if (outcome.kind === 'found') return [foundOf(sent, plan)]
  return [...documentsOf(sent, plan), ...upsert]
}

function insertOf({ operation }: PlannedOperation, { outcome, watch }: SentWrite): Draft {
  const document = operation.document ?? {}
  const after = imageOf(document, watch)
  const id: Effect['id'] = document._id === undefined ? [] : [document._id]
  const exactness = id.length === 0 ? 'none' : outcome.kind === 'unknown' ? 'static' : 'exact'
  return { op: 'insert', id, touched: 'all', after, literal: after, exactness }
}

function upsertOf(id: unknown, { watch, readsImages }: SentWrite): Draft {
  return {
    op: 'insert',
    id: [id],
    touched: 'all',
    exactness: 'exact',
    readAfter: readsImages && watch.length > 0,
  }
}

function documentsOf(sent: SentWrite, plan: PlannedOperation): Draft[] {
  const { operation, found } = plan
  const { op, touched, ids } = operation
  if (found.kind === 'read' && (found.documents.length > 0 || ids === undefined)) {
    return found.documents.map((document) => updatedOf(sent, plan, document))
  }
  if (ids === undefined) return [unknownEffect(op, touched)]
  const literal = literalImage(operation, sent.watch)
  const exactness = plan.watched ? 'none' : 'static'
  return ids.map((id) => ({ op, id: [id], touched, literal: literal.values, exactness }))
}

function updatedOf(
  sent: SentWrite,
  { operation, watched }: PlannedOperation,
  { id, image }: FoundDocument,
): Draft {
  const literal = literalImage(operation, sent.watch)
  const { op, touched, ids } = operation
  const named = { op, id: [id] as const, touched, literal: literal.values }
  if (!watched)
    return { ...named, exactness: sent.inTransaction ? 'exact' : ids === undefined ? 'read' : 'static' }
  const exactness = sent.inTransaction ? 'exact' : 'read'
  return { ...named, before: image, exactness, ...afterOf(operation.op === 'delete', image, literal) }
}

function afterOf(deleted: boolean, before: Image, literal: LiteralImage): Pick<Draft, 'after' | 'readAfter'> {
  if (deleted) return {}
  return literal.computed ? { readAfter: true } : { after: imageAfter(before, literal) }
}

/** A `findOneAnd...` says which document it took, and shows it as it was or as it is, unless a projection cuts it. */
function foundOf(sent: SentWrite, plan: PlannedOperation): Draft {
  const { call, outcome, watch, inTransaction } = sent
  const { operation, found, watched } = plan
  const { op, touched, ids } = operation
  if (outcome.kind !== 'found') return unknownEffect(op, touched)
  const listed = found.kind === 'read' ? found.documents[0] : undefined
  const id = outcome.document._id ?? ids?.[0] ?? listed?.id
  if (id === undefined) return unknownEffect(op, touched)
  const literal = literalImage(operation, watch)
  const named = { op, id: [id] as const, touched, literal: literal.values }
  if (!watched)
    return { ...named, exactness: outcome.document._id === undefined && ids === undefined ? 'read' : 'exact' }
  const projection = (call.options.projection ?? {}) as object
  const shown = Object.keys(projection).length === 0 ? imageOf(outcome.document, watch) : undefined
  const read = listed !== undefined && idKey(listed.id) === idKey(id) ? listed.image : undefined
  const before = outcome.isAfter ? read : (shown ?? read)
  if (before === undefined) return { ...named, ...(shown && { after: shown }), exactness: 'none' }
  const after = outcome.isAfter && shown ? { after: shown } : afterOf(op === 'delete', before, literal)
  const exactness = inTransaction || (shown !== undefined && !outcome.isAfter) ? 'exact' : 'read'
  return { ...named, before, ...after, exactness }
}

/** Whether the driver counted other documents than were listed, so that one must have come between. */
function missesDocuments({ call, plans, outcome }: SentWrite): boolean {
  if (outcome.kind !== 'done' || call.method.startsWith('findOneAnd')) return false
  const filtered = plans.filter(({ operation }) => operation.op !== 'insert' && operation.op !== 'unknown')
  if (!filtered.some(({ operation, concerned }) => concerned && operation.ids === undefined)) return false
  let updates = 0
  let deletes = 0
  for (const { operation, found } of filtered) {
    if (found.kind !== 'read') return false
    if (operation.op === 'delete') deletes += found.documents.length
    else updates += found.documents.length
  }
  const { counts } = outcome
  return updates !== counts.matched || deletes !== counts.deleted
}
