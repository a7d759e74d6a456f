import { vi } from 'vitest'

/** Tries until it holds. The limit is patience with a busy machine, not a measurement. */
export function eventually<Result>(
  assertion: () => Result | Promise<Result>,
  timeout = 20_000,
): Promise<Result> {
  return vi.waitFor(assertion, { timeout, interval: 25 })
}
