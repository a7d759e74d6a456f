import type { InvalidateTarget } from '@vidnest/cache-core'
import type { Change } from '@vidnest/mongoose-plugin'

/** What a write to a model makes stale. Asked after the write, so that what is cached can be defined from the models. */
export type StaleAfter = (change: Change) => readonly InvalidateTarget[]
