import type { AcquireRequest } from '../store/entry-store.ts'
import type { LoadWish } from './lead.ts'
import type { Look } from './looker.ts'

/** What a look is followed by when it found nothing to serve. */
export type EmptyLook = Extract<Look, { kind: 'miss' | 'lease' | 'stale' }>

/** With what to take the lease. */
export interface Wish extends LoadWish, Pick<AcquireRequest, 'judged'> {}

/** With what a read that has started over so often takes the lease. */
export function wishOf(look: EmptyLook, restarts: number): Wish {
  if (look.kind === 'lease') return { intent: 'load', judged: look.token, stale: undefined }
  if (look.kind === 'stale') return { intent: 'refresh', judged: look.slot.token, stale: look.slot }
  // Only the first look of a read that wants a fresh value overtakes others.
  const intent = look.reason === 'fresh' && restarts === 0 ? 'claim' : 'load'
  // What was invalidated is no value to go by, not even for the loader.
  return { intent, judged: look.judged, stale: look.reason === 'expired' ? look.slot : undefined }
}
