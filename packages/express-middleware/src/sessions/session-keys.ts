import { CacheConfigError, defineKey, type KeyBuilder } from '@vidnest/cache-core'

/** Names in Redis of what belongs to a user's sessions. */
export class SessionKeys {
  readonly #prefix: string
  readonly #record: KeyBuilder<{ readonly userId: string; readonly sid: string }>
  readonly #user = defineKey('session:{part}:{userId}')

  constructor(namespace: string, template: string) {
    this.#prefix = `${namespace}:`
    const builder = defineKey(template) as unknown as KeyBuilder<{
      readonly userId: string
      readonly sid: string
    }>
    try {
      builder.build({ userId: 'u', sid: 's' })
    } catch (cause) {
      throw new CacheConfigError(
        'key',
        "must be a template with {userId} and {sid}, such as 'session:{userId}:{sid}'",
        { cause },
      )
    }
    this.#record = builder
  }

  record(userId: string, sid: string): string {
    return this.#prefix + this.#record.build({ userId, sid })
  }

  generation(userId: string): string {
    return `${this.#prefix}~${this.#user.build({ part: 'generation', userId })}`
  }

  index(userId: string): string {
    return `${this.#prefix}~${this.#user.build({ part: 'index', userId })}`
  }

  bar(userId: string): string {
    return `${this.#prefix}~${this.#user.build({ part: 'bar', userId })}`
  }
}
