import type { ChangeExactness } from '../change.ts'
import type { ImageReader } from '../images/image-reader.ts'
import type { ReadOperation } from '../images/read-documents.ts'
import type { WriteOutcome } from '../writes/outcome.ts'
import type { WriteCall } from '../writes/write-operation.ts'
import type { Effect } from './effect.ts'

/**
 * Why to believe what was read before a write:
 * - `'isolated'`: read in the same transaction, which fails if another writer comes between.
 * - `'guarded'`: the write was sent for that document alone, and only while it was as it had been read.
 * - `'pinned'`: the write was sent for those documents alone; their values may have changed meanwhile.
 * - `'beside'`: another writer may have come between.
 * - `'unread'`: nothing was read.
 */
export type Proof = 'isolated' | 'guarded' | 'pinned' | 'beside' | 'unread'

/** A write that was sent. */
export interface SentWrite {
  readonly call: WriteCall
  readonly operations: readonly ReadOperation[]
  readonly outcome: WriteOutcome
  readonly watch: readonly string[]
  readonly proof: Proof
  readonly reader: ImageReader
}

/** An effect whose `after` may still have to be read. */
export interface Draft extends Effect {
  readonly readAfter?: boolean
}

/** How far values that were read for a write can be believed; `'none'` where they are not to be told at all. */
export function exactnessOfRead({ proof, outcome }: SentWrite): ChangeExactness {
  if (proof === 'beside') return 'read'
  const proven = proof === 'isolated' || proof === 'guarded'
  return proven && outcome.kind !== 'unknown' ? 'exact' : 'none'
}
