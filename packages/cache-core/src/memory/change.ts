/** What an invalidation or a write concerns; keys are without the namespace. */
export interface Change {
  readonly keys: readonly string[]
  readonly tags: readonly string[]
  /** Whatever the namespace holds, as after a sweep. */
  readonly all: boolean
}

/** Tells the near tiers of other processes what this one has changed. */
export interface Announcer {
  /** Resolves when the message is sent, or could not be; never rejects. */
  announce(change: Change): Promise<void>
}

/** The change of single keys. */
export function keyChange(...keys: string[]): Change {
  return { keys, tags: noNames, all: false }
}

const noNames: readonly string[] = []
