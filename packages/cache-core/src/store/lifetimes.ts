/** Life of a lease in ms; it is renewed at each third of it while the loader runs. */
export const leaseMs = 3000

/** Longest time in ms for which a lease is renewed: a loader that hangs must not keep everybody waiting for ever. */
export const longestLoadMs = 60_000

/** Life of a writer's barrier in ms, renewed while the write runs: longer than a database lets a commit be undecided. */
export const guardMs = 30_000
