/** When a tag was last invalidated. */
export interface Marker {
  /** Its text, as entries are judged by it. */
  readonly text: string
  /** Generation of the last hard invalidation, or of the marker's making. */
  readonly hard: number
  /** The same for a soft one. */
  readonly soft: number
  /** Until when writers' barriers stand before the tag, in Redis' time; 0 for none. */
  readonly barrierUntil: number
}

/** Reads a marker: `'<hard> <soft>'`, then ` <writer>:<ms>` for each barrier. */
export function parseMarker(text: unknown): Marker | undefined {
  if (typeof text !== 'string') return undefined
  const [hard = '', soft = '', ...barriers] = text.split(' ')
  const ends = barriers.map((barrier) => Number(barrier.slice(barrier.lastIndexOf(':') + 1)))
  return {
    text,
    hard: Number(hard),
    soft: Number(soft),
    barrierUntil: Math.max(0, ...ends.filter(Number.isFinite)),
  }
}

/** What a tag says of an entry. */
export type TagState = 'good' | 'hard' | 'soft' | 'missing' | 'damaged'

/** What a tag with that marker says of an entry whose load began at that generation. */
export function tagState(marker: Marker | undefined, generation: number): TagState {
  if (marker === undefined) return 'missing'
  if (!Number.isFinite(marker.hard + marker.soft)) return 'damaged'
  if (marker.hard > generation) return 'hard'
  return marker.soft > generation ? 'soft' : 'good'
}

/** The end of the last barrier, of what ZREVRANGE answers with scores, in whichever form the client gives it. */
export function latestBarrier(reply: unknown): number {
  const score = Array.isArray(reply) ? Number((reply as unknown[]).flat(2)[1]) : NaN
  return Number.isFinite(score) ? score : 0
}

/** A generation as a time in ms: it is the server's clock in µs, unless that stepped back. */
export function generationMs(generation: number): number {
  return generation / 1000
}
