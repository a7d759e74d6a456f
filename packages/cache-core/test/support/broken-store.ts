import type { EntryStore, StoreUnderTest } from '../../src/testing/index.ts'

/** A store that does some things in its own way. */
export function brokenStore(
  subject: StoreUnderTest,
  change: (sound: EntryStore) => Partial<EntryStore>,
): StoreUnderTest {
  const own = change(subject.store)
  const store = new Proxy(subject.store, {
    get(sound, property) {
      const changed: unknown = Reflect.get(own, property)
      if (changed !== undefined) return changed
      const value: unknown = Reflect.get(sound, property, sound)
      return typeof value === 'function' ? (value.bind(sound) as unknown) : value
    },
  })
  return { ...subject, store }
}
