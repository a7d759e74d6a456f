import { barrierRules } from './barrier-rules.ts'
import { ContractWorld, type StoreRule } from './contract-world.ts'
import { fillRules } from './fill-rules.ts'
import { historyRules } from './history-rules.ts'
import { invalidationRules } from './invalidation-rules.ts'
import { leaseRules } from './lease-rules.ts'
import { slotRules } from './slot-rules.ts'
import type { StoreUnderTest } from './store-under-test.ts'
import { sweepRules } from './sweep-rules.ts'
import { tagRules } from './tag-rules.ts'

/** What {@link storeContract} takes. */
export interface StoreContractOptions {
  /** Makes an empty store, for each check anew. */
  readonly createStore: () => StoreUnderTest | Promise<StoreUnderTest>
  /**
   * Whether calls of the store may fail, as where its server is in trouble: then only those rules are checked that it owes
   * even so. @defaultValue `false`
   */
  readonly mayFail?: boolean
}

/** One check of the contract, for any test runner. */
export interface StoreCheck {
  /** A sentence that says what the store owes, with the number of the rule of the protocol. */
  readonly name: string
  /** Resolves if the store does what it owes. @throws {AssertionError} saying what it does instead. */
  readonly run: () => Promise<void>
}

const exactRules: readonly StoreRule[] = [
  ...slotRules,
  ...leaseRules,
  ...fillRules,
  ...tagRules,
  ...invalidationRules,
  ...sweepRules,
  ...barrierRules,
]

/**
 * What every `EntryStore` owes to the protocol by which an invalidated value never comes back, as checks for any test
 * runner:
 *
 * ```ts
 * for (const { name, run } of storeContract({ createStore })) test(name, run)
 * ```
 */
export function storeContract({ createStore, mayFail = false }: StoreContractOptions): StoreCheck[] {
  const rules = mayFail ? historyRules : [...exactRules, ...historyRules]
  return rules.map(({ name, check }) => ({
    name,
    run: async () => {
      const subject = await createStore()
      try {
        await check(new ContractWorld(subject))
      } finally {
        await subject.close?.()
      }
    },
  }))
}
