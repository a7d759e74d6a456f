export { createChaos, type Chaos, type ChaosOptions } from './chaos/create-chaos.ts'
export type { ChaosFaults } from './chaos/faults.ts'
export type { ChaosCounts } from './chaos/trouble.ts'
export { recordEvents, type DefinitionName, type EventRecorder } from './event-recorder.ts'
export type { RecordedEvent } from './event-trace.ts'
export { ManualClock } from './manual-clock.ts'
export { storeContract, type StoreCheck, type StoreContractOptions } from './store-contract/store-contract.ts'
export type { StoreUnderTest } from './store-contract/store-under-test.ts'

export type {
  AcquireRequest,
  AcquireResult,
  Barrier,
  BarrierTargets,
  EntryStore,
  ExpireRequest,
  InvalidationMode,
  Lease,
  SettleRequest,
  SettleResult,
  SlotQuestion,
  SlotRead,
  SweepOptions,
  SweepPage,
} from '../store/entry-store.ts'
