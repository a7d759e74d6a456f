import { ContractHistory } from './contract-history.ts'
import type { StoreRule } from './contract-world.ts'

/** The promise that all rules serve, tried by chance; it holds in trouble too. */
export const historyRules: readonly StoreRule[] = [1, 2, 3].map((seed) => ({
  name: `P1: no read that begins after an acknowledged invalidation finds what was loaded before it (chance ${seed})`,
  check: (world) => new ContractHistory(world, seed).check(),
}))
