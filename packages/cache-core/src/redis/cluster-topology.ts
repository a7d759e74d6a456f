import { slotCount } from './key-slot.ts'
import type { RedisGate } from './redis-gate.ts'
import type { RedisClusterLike } from './redis-like.ts'

/**
 * By slot, who serves it: a text that changes whenever the slot may have changed hands, `''` while no master or more than
 * one says that it does. One that ends in `>` is on its way from or to another master, key by key.
 */
export type SlotStates = readonly string[]

/** Asks each master which slots are its own. @throws {CacheError} when one does not answer. */
export async function readSlotStates(gate: RedisGate, cluster: RedisClusterLike): Promise<SlotStates> {
  const texts = await gate.insist('invalidate', () =>
    Promise.all(cluster.nodes('master').map(async (node) => String(await node.call('CLUSTER', 'NODES')))),
  )
  const states = Array<string>(slotCount).fill('')
  const moving = new Set<number>()
  for (const text of texts) {
    const own = text.split('\n').find((line) => line.includes('myself'))
    if (own !== undefined) noteSlots(own, states, moving)
  }
  for (const slot of moving) states[slot] = `${states[slot] ?? ''}>`
  return states
}

/** `<id> <address> <flags> <master> <ping> <pong> <config epoch> <link> <slot or range or [moving slot]>...` */
function noteSlots(line: string, states: string[], moving: Set<number>): void {
  const [id = '', , , , , , epoch = '', , ...parts] = line.trim().split(' ')
  for (const part of parts) {
    const onItsWay = /^\[(\d+)-[<>]-/.exec(part)
    if (onItsWay !== null) {
      moving.add(Number(onItsWay[1]))
      continue
    }
    const [first, last = first] = part.split('-').map(Number)
    if (first === undefined || last === undefined) continue
    // A slot that went to another master and came back has raised its master's epoch.
    for (let slot = first; slot <= last; slot += 1) states[slot] = states[slot] === '' ? `${id}@${epoch}` : ''
  }
}

/** Has the client ask anew who serves which slot. */
export function refreshSlots(cluster: RedisClusterLike): Promise<void> {
  return new Promise((resolve) => {
    cluster.refreshSlotsCache(() => {
      resolve()
    })
  })
}
