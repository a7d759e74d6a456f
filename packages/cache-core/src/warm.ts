import type { WarmEntry, WarmReport } from './cache.ts'

/** Runs the entries' loads, `concurrency` at a time (default 4); failures are counted. */
export async function warm(
  entries: Iterable<WarmEntry>,
  options: { readonly concurrency?: number; readonly onProgress?: (done: number) => void } = {},
): Promise<WarmReport> {
  const iterator = entries[Symbol.iterator]()
  const report = { loaded: 0, failed: 0 }
  const work = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      try {
        await next.value()
        report.loaded += 1
      } catch {
        report.failed += 1
      }
      options.onProgress?.(report.loaded + report.failed)
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, options.concurrency ?? 4) }, work))
  return report
}
