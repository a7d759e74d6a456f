import type { WriteOperation } from '../writes/write-operation.ts'
import { type FoundDocument, idKey, type ImageReader } from './image-reader.ts'
import { isFiltered, type PlannedOperation, type WritePlan } from './plan-write.ts'

/** What was read before an operation. */
export type Found =
  | { readonly kind: 'skipped' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'overflow' }
  | { readonly kind: 'read'; readonly documents: readonly FoundDocument[] }

/** An operation with what was read for it. */
export interface ReadOperation extends PlannedOperation {
  readonly found: Found
}

/** The operations of a write for which nothing was read. */
export function unread({ operations }: WritePlan): ReadOperation[] {
  return operations.map((planned) => ({ ...planned, found: { kind: 'skipped' } }))
}

/** The operations of a write with the documents that those which need it will find. */
export async function readDocuments(plan: WritePlan, reader: ImageReader): Promise<ReadOperation[]> {
  const { operations, maxIds } = plan
  const read = unread(plan)
  if (operations.length > maxIds && operations.length > 1) return read
  const wanted = read.filter((planned) => planned.reads)
  const unnamed = read.some(
    ({ concerned, operation }) => concerned && isFiltered(operation) && operation.ids === undefined,
  )
  if (wanted.length > 0 && unnamed && operations.length > 1) return readOneByOne(read, { reader, maxIds })
  const [only] = wanted
  if (only === undefined) return read
  if (wanted.length > 1) return readByIds(read, reader)
  const found = await readFor(only.operation, { reader, maxIds })
  return read.map((planned) => (planned === only ? { ...planned, found } : planned))
}

/**
 * Where an operation of a bulk names no ids, all of them are read, each for itself: the driver gives one count for all,
 * and only with every document listed does it tell whether one came between.
 */
async function readOneByOne(
  operations: readonly ReadOperation[],
  context: { reader: ImageReader; maxIds: number },
): Promise<ReadOperation[]> {
  const read: ReadOperation[] = []
  for (const planned of operations) {
    const { operation } = planned
    read.push(isFiltered(operation) ? { ...planned, found: await readFor(operation, context) } : planned)
  }
  return read
}

async function readFor(
  operation: WriteOperation,
  { reader, maxIds }: { reader: ImageReader; maxIds: number },
): Promise<Found> {
  if (operation.many) return listDocuments(operation, reader, maxIds)
  const documents = await reader.find(operation.filter, {
    ...operation.findOptions,
    limit: 'sort' in operation.findOptions ? 1 : 2,
  })
  return documents.length > 1 ? { kind: 'overflow' } : { kind: 'read', documents }
}

/** All that the operation would change, unless they are too many. */
export async function listDocuments(
  { filter, findOptions }: WriteOperation,
  reader: ImageReader,
  maxIds: number,
): Promise<Found> {
  if (maxIds === 0) return { kind: 'overflow' }
  const documents = await reader.find(filter, { ...findOptions, limit: maxIds + 1 })
  return documents.length > maxIds ? { kind: 'overflow' } : { kind: 'read', documents }
}

async function readByIds(
  operations: readonly ReadOperation[],
  reader: ImageReader,
): Promise<ReadOperation[]> {
  const ids = operations.flatMap(({ reads, operation }) => (reads ? (operation.ids ?? []) : []))
  const images = await reader.findByIds(ids)
  return operations.map((planned) => {
    if (!planned.reads) return planned
    const documents = (planned.operation.ids ?? []).flatMap((id) => {
      const image = images.get(idKey(id))
      return image === undefined ? [] : [{ id, image }]
    })
    return { ...planned, found: { kind: 'read', documents } }
  })
}
