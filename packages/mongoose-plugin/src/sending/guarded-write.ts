import { guardedFilter, pinnedFilter } from '../images/guard.ts'
import type { FoundDocument, ImageReader } from '../images/image-reader.ts'
import { literalImage } from '../images/image.ts'
import type { PlannedOperation } from '../images/plan-write.ts'
import { hidesId, showsPaths } from '../images/projection.ts'
import { listDocuments } from '../images/read-documents.ts'
import { metDocuments } from '../writes/outcome.ts'
import { sendUnread } from './plain-write.ts'
import { deliver, type Evidence, type Sending, settled, type Written } from './sending.ts'

/** How often a write is read for and sent before it is sent as it came in. */
const maxTries = 3

/**
 * Reads the documents that a write will find and sends it for those alone; for a single one only while its watched
 * fields are as they were read. When another writer was faster, it is read for and sent again. What cannot be confined,
 * and what has lost its last try, is sent as it came in, and its changes carry no values.
 */
export async function sendGuarded(sending: Sending): Promise<Written> {
  const { call, plan, target } = sending
  const [planned] = plan.operations
  if (planned === undefined || !isConfinable(sending, planned)) return sendUnread(sending)
  const provable = planned.watched && provesAfter(sending, planned)
  if (!provable && isNamed(sending, planned)) return sendUnread(sending)
  const reader = target.reader(plan.watch, call.session)
  for (let tries = 0; tries < maxTries; tries += 1) {
    const documents = await findFor(planned, reader, plan.maxIds)
    if (documents.length === 0 || (await target.isCollated())) break
    const written = await sendFor(sending, { planned, documents, provable, reader })
    if (written === 'refused') break
    if (written !== 'lost') return written
  }
  return sendUnread(sending)
}

/** Bulks would go on after an operation that was lost, upserts insert, and a collation makes equal what is not the same. */
function isConfinable({ call, plan, target }: Sending, { operation }: PlannedOperation): boolean {
  const alone = plan.operations.length === 1 && !operation.upsert
  return alone && operation.findOptions.collation == null && target.acknowledges(call)
}

/** Whether the values after the write follow from those before. */
function provesAfter({ call, plan: { watch } }: Sending, { operation }: PlannedOperation): boolean {
  const { projection, returnDocument } = call.options
  const shown =
    call.method.startsWith('findOneAnd') && returnDocument === 'after' && showsPaths(projection, watch)
  return shown || !literalImage(operation, watch).computed
}

/** Whether the call names the document, or its result does in time. */
function isNamed({ call, plan }: Sending, { operation }: PlannedOperation): boolean {
  const shown = !plan.isStrict && call.method.startsWith('findOneAnd') && !hidesId(call.options.projection)
  return shown || operation.ids !== undefined
}

/** What the write will find; none when that cannot be told. */
async function findFor(
  { operation }: PlannedOperation,
  reader: ImageReader,
  maxIds: number,
): Promise<readonly FoundDocument[]> {
  try {
    if (!operation.many) return await reader.find(operation.filter, { ...operation.findOptions, limit: 1 })
    const found = await listDocuments(operation, reader, maxIds)
    return found.kind === 'read' ? found.documents : []
  } catch {
    return []
  }
}

interface Confinement {
  readonly planned: PlannedOperation
  readonly documents: readonly FoundDocument[]
  readonly provable: boolean
  readonly reader: ImageReader
}

async function sendFor(
  sending: Sending,
  { planned, documents, provable, reader }: Confinement,
): Promise<Written | 'lost' | 'refused'> {
  const { filter, many } = planned.operation
  const [first, second] = documents
  const guarded = provable && first !== undefined && second === undefined
  const operations = [{ ...planned, found: { kind: 'read', documents } as const }]
  const evidence: Evidence = { operations, proof: guarded ? 'guarded' : 'pinned', reader }
  const instead = { filter: guarded ? guardedFilter(filter, first) : pinnedFilter(filter, documents) }
  const delivery = await deliver(sending, instead, evidence)
  if (delivery.outcome.kind === 'none') {
    if (delivery.answer.status === 'rejected') return 'refused'
    const lost = !metDocuments(sending.call, delivery.answer.value)
    if (lost && (guarded || !many)) return 'lost'
  }
  return settled(sending, delivery, evidence)
}
