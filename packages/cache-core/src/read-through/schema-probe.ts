import { isDeepStrictEqual } from 'node:util'
import { copyEncoded, type EncodedValue } from '../codec/value-format.ts'
import type { EventBus } from '../observability/events.ts'
import { checkSchema, type StandardSchema } from '../schema.ts'
import type { EntryRules } from './entry-request.ts'

/**
 * Looks whether a schema gives back what it gave: its output is stored and passes it again on every hit. The compiler sees
 * only that input and output have one type, so the first value of each definition is tried; nobody waits for it.
 */
export class SchemaProbe {
  readonly #events: EventBus
  readonly #probed = new WeakSet<StandardSchema>()

  constructor(events: EventBus) {
    this.#events = events
  }

  /** Warns, once for a schema, when it is not idempotent. */
  probe({ name, schema }: EntryRules, encoded: EncodedValue): void {
    if (schema === undefined || encoded.value === null || this.#probed.has(schema)) return
    this.#probed.add(schema)
    void this.#compare(name, schema, encoded)
  }

  async #compare(name: string, schema: StandardSchema, encoded: EncodedValue): Promise<void> {
    try {
      const again = await checkSchema(schema, copyEncoded(encoded))
      if (isDeepStrictEqual(again, copyEncoded(encoded))) return
      this.#events.warn(`the schema of '${name}' changes what it returned before, so hits differ from misses`)
    } catch {
      this.#events.warn(
        `the schema of '${name}' refuses what it returned before, so stored values are never hits`,
      )
    }
  }
}
