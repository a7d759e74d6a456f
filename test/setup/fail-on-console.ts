import { afterEach, beforeEach, vi, type MockInstance } from 'vitest'

const methods = ['debug', 'error', 'info', 'log', 'warn'] as const
let printed: MockInstance[] = []

beforeEach(() => {
  printed = methods.map((method) => vi.spyOn(console, method))
})

afterEach(() => {
  const calls = printed.flatMap((method) => method.mock.calls)
  for (const method of printed) method.mockRestore()
  if (calls.length > 0) throw new Error(`The test printed to the console: ${JSON.stringify(calls)}`)
})
