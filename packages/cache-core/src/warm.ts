import type { WarmEntry, WarmOptions, WarmReport } from './cache.ts'
import { checkOptions } from './check-options.ts'
import { CacheConfigError } from './errors.ts'

/** Runs the entries' loads, `concurrency` at a time; failures are counted. @throws {CacheConfigError} for bad options. */
export async function warm(entries: Iterable<WarmEntry>, options: WarmOptions = {}): Promise<WarmReport> {
  checkOptions(options, ['concurrency', 'onProgress'], 'options')
  const { concurrency = 4, onProgress } = options
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new CacheConfigError('concurrency', 'must be a whole number above 0')
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
      onProgress?.(report.loaded + report.failed)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return report
}
