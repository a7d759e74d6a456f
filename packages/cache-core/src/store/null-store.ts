import { noEpoch } from '../envelope/slot.ts'
import type {
  AcquireResult,
  EntryStore,
  SettleResult,
  SlotQuestion,
  SlotRead,
  SweepPage,
} from './entry-store.ts'

/** A store that keeps nothing and lets nobody keep anything: the cache that is switched off. */
export class NullStore implements EntryStore {
  readonly tier = 'redis'
  readonly epoch: string = noEpoch
  readonly isInOrder = true

  trust(): undefined {
    return undefined
  }

  read(): Promise<SlotRead> {
    return Promise.resolve({ slot: null, markers: [] })
  }

  readMany(reads: readonly SlotQuestion[]): Promise<readonly SlotRead[]> {
    return Promise.resolve(reads.map(() => ({ slot: null, markers: [] })))
  }

  acquire(): Promise<AcquireResult> {
    return Promise.resolve({ outcome: 'foreign' })
  }

  renew(): Promise<boolean> {
    return Promise.resolve(false)
  }

  settle(): Promise<SettleResult> {
    return Promise.resolve('void')
  }

  expire(): Promise<boolean> {
    return Promise.resolve(false)
  }

  invalidateKeys(): Promise<number> {
    return Promise.resolve(0)
  }

  invalidateTags(): Promise<void> {
    return Promise.resolve()
  }

  bar(): Promise<number> {
    return Promise.resolve(0)
  }

  async *sweep(): AsyncIterable<SweepPage> {
    yield await Promise.resolve({ scanned: 0, removed: 0 })
  }
}
