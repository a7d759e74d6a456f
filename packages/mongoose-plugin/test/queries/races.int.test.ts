import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openQueryWorld, type QueryWorld } from '../support/query-world.ts'

let world: QueryWorld
beforeAll(async () => {
  world = await openQueryWorld()
})
afterAll(() => world.close())

/** Lets the next find of the collection read, and keeps what it read until it is opened. */
function gate(collection: object, method: 'find' | 'countDocuments') {
  const opened = Promise.withResolvers<undefined>()
  const reached = Promise.withResolvers<undefined>()
  const original = Reflect.get(collection, method) as (...args: unknown[]) => unknown
  const wait = async <Result>(result: Result): Promise<Result> => {
    reached.resolve(undefined)
    await opened.promise
    return result
  }
  Object.defineProperty(collection, method, {
    configurable: true,
    value: async (...args: unknown[]) => {
      Reflect.deleteProperty(collection, method)
      const answer = await original.apply(collection, args)
      if (method === 'countDocuments') return wait(answer)
      const documents = await (answer as { toArray(): Promise<unknown[]> }).toArray()
      return { toArray: () => wait(documents) }
    },
  })
  return { reached: reached.promise, open: () => opened.resolve(undefined) }
}

describe('a slow read that began before a write', () => {
  it('leaves no old list behind', async () => {
    const { Item } = world
    const read = () => Item.find({ number: 1.5 }).select('text').lean().cache().exec()
    const held = gate(Item.collection, 'find')
    const slow = read()
    await held.reached
    await Item.updateOne({ text: 'film' }, { text: 'renamed' })
    held.open()
    await slow
    expect((await read()).map((item) => item.text)).toContain('renamed')
  })

  it('leaves no old absence behind', async () => {
    const { Item } = world
    const read = () => Item.find({ text: 'late' }).select('text').lean().cache().exec()
    const held = gate(Item.collection, 'find')
    const slow = read()
    await held.reached
    await Item.create({ text: 'late' })
    held.open()
    expect(await slow).toEqual([])
    expect(await read()).toHaveLength(1)
  })

  it('leaves no old count behind', async () => {
    const { Item } = world
    const read = () => Item.countDocuments({ flag: false }).cache().exec()
    const held = gate(Item.collection, 'countDocuments')
    const slow = read()
    await held.reached
    await Item.create({ text: 'counted', flag: false })
    held.open()
    expect(await slow).toBe(0)
    expect(await read()).toBe(1)
  })
})
