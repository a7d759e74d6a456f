import type { Registration } from '../registration.ts'
import type { Fields, WriteCall, WriteOperation } from '../writes/write-operation.ts'
import { type FoundDocument, idKey, type ImageReader } from './image-reader.ts'

/** What was read before an operation. */
export type Found =
  | { readonly kind: 'skipped' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'overflow' }
  | { readonly kind: 'read'; readonly documents: readonly FoundDocument[] }

/** An operation of a write, with what is known of it before it is sent. */
export interface PlannedOperation {
  readonly operation: WriteOperation
  /** Whether anything depends on what it changes. */
  readonly concerned: boolean
  /** Whether its changes need `before` and `after`. */
  readonly watched: boolean
  readonly found: Found
}

const skipped: Found = { kind: 'skipped' }

/** Decides what must be read before the write, and reads it. Synchronous until the first read. */
export async function planWrite(
  call: WriteCall,
  registrations: readonly Registration[],
  reader: () => ImageReader,
): Promise<PlannedOperation[]> {
  const readers = registrations.filter((registration) => registration.images === 'read')
  const maxIds = Math.max(0, ...readers.map((registration) => registration.maxIds))
  const plans = call.operations.map((operation) => ({
    operation,
    concerned: registrations.some((registration) => registration.concerns(operation)),
    watched: readers.some(
      (registration) => registration.concerns(operation) && registration.watches(operation),
    ),
    found: skipped,
  }))
  if (readers.length === 0) return plans
  if (plans.length > maxIds && plans.length > 1) return plans
  const unnamed = plans.some(
    (plan) => plan.concerned && isFiltered(plan.operation) && plan.operation.ids === undefined,
  )
  if (unnamed && plans.length > 1) return readOneByOne(plans, { reader: reader(), maxIds })
  const wanted = plans.filter((plan) => needsRead(call, plan))
  if (wanted.length === 0) return plans
  if (wanted.length > 1) return readByIds(plans, new Set(wanted), reader())
  const found = new Map([
    [wanted[0], await readFor(wanted[0] as PlannedOperation, { reader: reader(), maxIds })],
  ])
  return plans.map((plan) => ({ ...plan, found: found.get(plan) ?? plan.found }))
}

function isFiltered({ op }: WriteOperation): boolean {
  return op === 'update' || op === 'replace' || op === 'delete'
}

function needsRead(call: WriteCall, { operation, concerned, watched }: PlannedOperation): boolean {
  if (!concerned || !isFiltered(operation)) return false
  if (call.method.startsWith('findOneAnd')) {
    const projection = call.options.projection as Fields | undefined | null
    const cut = projection != null && Object.keys(projection).length > 0
    const nameless = cut && (projection._id === 0 || projection._id === false) && operation.ids === undefined
    return nameless || (watched && (cut || call.options.returnDocument === 'after'))
  }
  return watched || operation.ids === undefined
}

/**
 * Where an operation of a bulk names no ids, all of them are read, each for itself: the driver gives one count for all,
 * and only with every document listed does it tell whether one came between.
 */
async function readOneByOne(
  plans: readonly PlannedOperation[],
  context: { reader: ImageReader; maxIds: number },
): Promise<PlannedOperation[]> {
  const read: PlannedOperation[] = []
  for (const plan of plans) {
    read.push(isFiltered(plan.operation) ? { ...plan, found: await readFor(plan, context) } : plan)
  }
  return read
}

async function readFor(
  { operation }: PlannedOperation,
  { reader, maxIds }: { reader: ImageReader; maxIds: number },
): Promise<Found> {
  const { filter, findOptions, many } = operation
  if (many && maxIds === 0) return { kind: 'overflow' }
  const sorted = 'sort' in findOptions
  const limit = many ? maxIds + 1 : sorted ? 1 : 2
  const documents = await reader.find(filter, { ...findOptions, limit })
  if (documents === undefined) return { kind: 'failed' }
  const unclear = many ? documents.length > maxIds : documents.length > 1
  return unclear ? { kind: 'overflow' } : { kind: 'read', documents }
}

async function readByIds(
  plans: readonly PlannedOperation[],
  wanted: ReadonlySet<PlannedOperation>,
  reader: ImageReader,
): Promise<PlannedOperation[]> {
  const ids = [...wanted].flatMap((plan) => plan.operation.ids ?? [])
  const images = await reader.findByIds(ids)
  return plans.map((plan) => {
    if (!wanted.has(plan)) return plan
    if (images === undefined) return { ...plan, found: { kind: 'failed' } }
    const documents = (plan.operation.ids ?? []).flatMap((id) => {
      const image = images.get(idKey(id))
      return image === undefined ? [] : [{ id, image }]
    })
    return { ...plan, found: { kind: 'read', documents } }
  })
}
