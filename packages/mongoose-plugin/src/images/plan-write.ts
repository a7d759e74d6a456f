import type { ImagesOption } from '../options.ts'
import type { Registration } from '../registration.ts'
import type { WriteCall, WriteOperation } from '../writes/write-operation.ts'
import { hidesId, showsPaths } from './projection.ts'

/** An operation of a write, with what is known of it before it is sent. */
export interface PlannedOperation {
  readonly operation: WriteOperation
  /** Whether anything depends on what it changes. */
  readonly concerned: boolean
  /** Whether its changes need `before` and `after`. */
  readonly watched: boolean
  /** Whether something must be read to know its documents or their values. */
  readonly reads: boolean
}

/** What a write needs, by all registrations that it concerns. */
export interface WritePlan {
  /** The strictest of their options. */
  readonly images: ImagesOption
  readonly operations: readonly PlannedOperation[]
  /** All paths that are watched. */
  readonly watch: readonly string[]
  /** Above this many documents a write is told as one change. */
  readonly maxIds: number
  /** Whether what it changes must be known before it is sent. */
  readonly isStrict: boolean
}

const strictness: readonly ImagesOption[] = ['off', 'read', 'guarded', 'transaction']

/** Decides what must be read for a write. */
export function planWrite(call: WriteCall, registrations: readonly Registration[]): WritePlan {
  const concerned = registrations.filter((registration) =>
    call.operations.some((operation) => operation.upsert || registration.concerns(operation)),
  )
  const readers = concerned.filter((registration) => registration.images !== 'off')
  const watch = [...new Set(registrations.flatMap((registration) => registration.watch))]
  return {
    images: strictness.findLast((images) => concerned.some((one) => one.images === images)) ?? 'off',
    operations: call.operations.map((operation) => planOperation(call, operation, { registrations, watch })),
    watch,
    maxIds: Math.max(0, ...readers.map((registration) => registration.maxIds)),
    isStrict: concerned.some((registration) => registration.isStrict),
  }
}

function planOperation(
  call: WriteCall,
  operation: WriteOperation,
  { registrations, watch }: { registrations: readonly Registration[]; watch: readonly string[] },
): PlannedOperation {
  const concerned = registrations.filter((registration) => registration.concerns(operation))
  const readers = concerned.filter((registration) => registration.images !== 'off')
  const watched = readers.some((registration) => registration.watches(operation))
  const unnamed = operation.ids === undefined
  const { projection, returnDocument } = call.options
  const isStrict = readers.some((registration) => registration.isStrict)
  // What a findOneAnd... returns is too late for a barrier.
  const missing =
    call.method.startsWith('findOneAnd') && !isStrict
      ? (unnamed && hidesId(projection)) ||
        (watched && (returnDocument === 'after' || !showsPaths(projection, watch)))
      : watched || unnamed
  const reads = readers.length > 0 && isFiltered(operation) && missing
  return { operation, concerned: concerned.length > 0, watched, reads }
}

/** Whether an operation changes documents that a filter finds. */
export function isFiltered({ op }: Pick<WriteOperation, 'op'>): boolean {
  return op === 'update' || op === 'replace' || op === 'delete'
}
