import type { ChangeExactness } from '../change.ts'
import { type FoundDocument, idKey } from '../images/image-reader.ts'
import { type Image, imageAfter, literalImage } from '../images/image.ts'
import { isFiltered } from '../images/plan-write.ts'
import type { ReadOperation } from '../images/read-documents.ts'
import type { WriteOutcome } from '../writes/outcome.ts'
import { type Effect, unknownEffect } from './effect.ts'
import { foundEffect } from './found-effect.ts'
import { type Draft, exactnessOfRead, type SentWrite } from './sent-write.ts'

/** What the write changed, one effect for each document as far as they are known. */
export async function settleWrite(sent: SentWrite): Promise<Effect[]> {
  if (sent.outcome.kind === 'none') return []
  const drafts = sent.operations.flatMap((operation, index) => draftsOf(sent, operation, index))
  if (missesDocuments(sent)) drafts.push(unknownEffect('unknown', 'all'))
  const unread = drafts.filter((draft) => draft.readAfter === true)
  if (unread.length === 0) return drafts
  const images = await imagesNow(sent, unread)
  return drafts.map((draft) => (draft.readAfter === true ? withAfter(sent, draft, images) : draft))
}

/** Only what was read beside the write, or inside its transaction, may be completed by a second read. */
async function imagesNow(sent: SentWrite, unread: readonly Draft[]): Promise<ReadonlyMap<string, Image>> {
  const { proof, outcome, reader } = sent
  if (isOpen(outcome) || (proof !== 'isolated' && proof !== 'beside')) return new Map()
  return reader.findByIds(unread.flatMap((draft) => draft.id)).catch(() => new Map())
}

/** Whether it is not known what the write did, or is going to do. */
function isOpen({ kind }: WriteOutcome): boolean {
  return kind === 'unknown' || kind === 'attempted'
}

function withAfter(sent: SentWrite, draft: Draft, images: ReadonlyMap<string, Image>): Effect {
  const after = images.get(idKey(draft.id[0]))
  if (after === undefined) return { ...draft, exactness: 'none' }
  return { ...draft, after, exactness: exactnessOfRead(sent) }
}

function draftsOf(sent: SentWrite, planned: ReadOperation, index: number): Draft[] {
  const { outcome } = sent
  const { operation, concerned } = planned
  if (operation.op === 'unknown') return [unknownEffect('unknown', 'all')]
  if (operation.op === 'insert') {
    return outcome.kind === 'done' && outcome.counts.inserted === 0 ? [] : [insertOf(planned, sent)]
  }
  if (outcome.kind === 'done') {
    const { counts } = outcome
    if (counts.upserted.has(index)) return [upsertOf(counts.upserted.get(index), sent)]
    if ((operation.op === 'delete' ? counts.deleted : counts.modified) === 0) return []
  }
  const upsert = isOpen(outcome) && operation.upsert ? [unknownEffect('unknown', 'all')] : []
  if (!concerned) return upsert
  if (outcome.kind === 'found') return [foundEffect(sent, planned, outcome)]
  return [...documentsOf(sent, planned), ...upsert]
}

function insertOf({ operation }: ReadOperation, { outcome, watch }: SentWrite): Draft {
  const id = operation.document?._id
  if (id === undefined) return unknownEffect('insert', 'all')
  const { values, computed } = literalImage(operation, watch)
  const identity = outcome.kind === 'unknown' ? 'static' : 'exact'
  const inserted = { op: 'insert', id: [id], touched: 'all', identity } as const
  return computed
    ? { ...inserted, exactness: 'none' }
    : { ...inserted, after: values, literal: values, exactness: identity }
}

function upsertOf(id: unknown, { watch }: SentWrite): Draft {
  const inserted = { op: 'insert', id: [id], touched: 'all', identity: 'exact' } as const
  return watch.length === 0
    ? { ...inserted, exactness: 'exact' }
    : { ...inserted, exactness: 'none', readAfter: true }
}

function documentsOf(sent: SentWrite, planned: ReadOperation): Draft[] {
  const { operation, found, watched } = planned
  const { op, touched, ids } = operation
  if (found.kind === 'read' && (found.documents.length > 0 || ids === undefined)) {
    return found.documents.map((document) => updatedOf(sent, planned, document))
  }
  if (ids === undefined) return [unknownEffect(op, touched)]
  const literal = literalImage(operation, sent.watch).values
  const identity = sent.outcome.kind === 'unknown' ? 'static' : 'exact'
  const exactness = watched ? 'none' : identity
  return ids.map((id) => ({ op, id: [id], touched, literal, exactness, identity }))
}

function updatedOf(
  sent: SentWrite,
  { operation, watched }: ReadOperation,
  { id, image }: FoundDocument,
): Draft {
  const { op, touched } = operation
  const literal = literalImage(operation, sent.watch)
  const identity = identityOf(sent, operation.ids !== undefined)
  const named = { op, id: [id] as const, touched, literal: literal.values, identity }
  const exactness = exactnessOfRead(sent)
  if (!watched) return { ...named, exactness: identity }
  if (exactness === 'none') return { ...named, exactness }
  const before = { ...named, before: image, exactness }
  if (op === 'delete') return before
  return literal.computed ? { ...before, readAfter: true } : { ...before, after: imageAfter(image, literal) }
}

/** How far it is known which document was written. */
function identityOf({ proof, outcome }: SentWrite, named: boolean): ChangeExactness {
  if (!named && proof === 'beside') return 'read'
  return outcome.kind === 'unknown' ? 'static' : 'exact'
}

/** Whether other documents than those that were listed may have been changed. */
function missesDocuments({ call, operations, outcome, proof }: SentWrite): boolean {
  if (proof !== 'beside' || call.method.startsWith('findOneAnd')) return false
  const filtered = operations.filter(({ operation }) => isFiltered(operation))
  if (!filtered.some(({ operation, concerned }) => concerned && operation.ids === undefined)) return false
  if (outcome.kind !== 'done') return true
  let updates = 0
  let deletes = 0
  for (const { operation, found } of filtered) {
    if (found.kind !== 'read') return false
    if (operation.op === 'delete') deletes += found.documents.length
    else updates += found.documents.length
  }
  return updates !== outcome.counts.matched || deletes !== outcome.counts.deleted
}
