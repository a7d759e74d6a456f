import type { SlotStates } from './cluster-topology.ts'
import { slotCount } from './key-slot.ts'

/**
 * The slots of a Cluster that a sweep has yet to look at. One pass over all masters is enough for a slot that stays where it
 * is. One that is on its way to another master all the while takes two: a key may go from a master that is yet to be
 * looked at to one that has been, but only once. One that changed hands is looked at again.
 */
export class UnsweptSlots {
  readonly #left = new Set<number>(Array.from({ length: slotCount }, (_, slot) => slot))
  readonly #onTheirWay = new Set<number>()

  get size(): number {
    return this.#left.size
  }

  /** All masters were looked at, from one state of the slots to another. */
  passed(before: SlotStates, after: SlotStates): void {
    for (const slot of this.#left) {
      const state = before[slot] ?? ''
      if (state === '' || state !== after[slot]) this.#onTheirWay.delete(slot)
      else if (!state.endsWith('>') || this.#onTheirWay.has(slot)) this.#left.delete(slot)
      else this.#onTheirWay.add(slot)
    }
  }
}
