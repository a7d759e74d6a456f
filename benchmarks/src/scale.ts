/** How much of everything a run does. */
export interface Scale {
  readonly quick: boolean
  /** Pairs of slices, one of the floor and one of the contestant. */
  readonly rounds: number
  readonly sliceMs: number
  readonly warmUpMs: number
  /** How often what is timed as a whole is done: a herd, an invalidation, a freeze, a race. */
  readonly repeats: number
  /** Entries that are read over and over. */
  readonly hotEntries: number
  /** Entries that have the tag which is invalidated. */
  readonly taggedEntries: number
  /** Entries that match the pattern which is invalidated, among `keyspace` keys. */
  readonly matchingEntries: number
  readonly keyspace: number
  /** Entries whose memory is weighed. */
  readonly weighedEntries: number
  /** How long Redis is frozen. */
  readonly frozenMs: number
}

const full: Scale = {
  quick: false,
  rounds: 11,
  sliceMs: 250,
  warmUpMs: 500,
  repeats: 5,
  hotEntries: 1_000,
  taggedEntries: 10_000,
  matchingEntries: 10_000,
  keyspace: 200_000,
  weighedEntries: 100_000,
  frozenMs: 3_000,
}

const quick: Scale = {
  quick: true,
  rounds: 3,
  sliceMs: 50,
  warmUpMs: 50,
  repeats: 2,
  hotEntries: 200,
  taggedEntries: 500,
  matchingEntries: 500,
  keyspace: 10_000,
  weighedEntries: 2_000,
  frozenMs: 1_500,
}

/** The scale of a run; `rounds` overrides its number of rounds and of repeats. */
export function scaleOf(options: { readonly quick: boolean; readonly rounds?: number }): Scale {
  const scale = options.quick ? quick : full
  return options.rounds === undefined ? scale : { ...scale, rounds: options.rounds, repeats: options.rounds }
}
