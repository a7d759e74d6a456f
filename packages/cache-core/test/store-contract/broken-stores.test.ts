import { describe, expect, test } from 'vitest'
import { storeContract } from '../../src/testing/index.ts'
import { brokenStore } from '../support/broken-store.ts'
import { memorySubject } from '../support/store-subjects.ts'
import { breaches, noticed } from './breaches.ts'

test.each(Object.entries(breaches))('the contract notices a store that %s', async (_, [notices, change]) => {
  const createStore = () => brokenStore(memorySubject(), change)
  const checks = storeContract({ createStore }).filter(({ name }) => name.startsWith(notices))
  expect(await noticed(checks)).toEqual([expect.stringContaining(notices)])
})

test('it finds no fault with one that changes nothing', async () => {
  const createStore = () => brokenStore(memorySubject(), () => ({}))
  expect(await noticed(storeContract({ createStore }))).toEqual([])
})

describe('the rules that hold in trouble too', () => {
  test.each([
    'stores what was overtaken',
    'says that what was overtaken is good for others',
    'looks at no tag when it stores',
    'invalidates the first of many tags',
    'leaves leases when it invalidates',
    'only invalidates where it should bar',
  ])('notice a store that %s', async (name) => {
    const [, change] = breaches[name] ?? []
    const createStore = () => brokenStore(memorySubject(), change ?? (() => ({})))
    expect(await noticed(storeContract({ createStore, mayFail: true }))).not.toEqual([])
  })
})
