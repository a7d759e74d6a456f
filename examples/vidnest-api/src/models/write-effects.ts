import type { InvalidateTarget } from '@vidnest/cache-core'
import type { Change } from '@vidnest/mongoose-plugin'

/** What a write to a model makes stale. Asked after the write, so that what is cached can be defined from the models. */
export type StaleAfter = (change: Change) => readonly InvalidateTarget[]

/** What writes to the models bring about. */
export interface WriteEffects {
  readonly user: StaleAfter
  readonly video: StaleAfter
  readonly subscription: StaleAfter
  /** Ends the sessions of a user after a write to what they vouch for. Its error reaches whoever wrote. */
  readonly endSessions: (change: Change) => Promise<void>
}
