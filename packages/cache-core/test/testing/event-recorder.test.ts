import { expect, test } from 'vitest'
import { createCache } from '../../src/index.ts'
import { recordEvents } from '../../src/testing/index.ts'

function recorded() {
  const cache = createCache({ namespace: 'n' })
  const options = { policy: { ttl: '1h' }, tags: () => ['t'], load: () => 'loaded' } as const
  const video = cache.define({ key: 'video:{id}', ...options })
  const user = cache.define({ key: 'user:{id}', ...options })
  return { cache, video, user, events: recordEvents(cache) }
}

test('events are told with their names, by name and by definition', async () => {
  const { video, user, events } = recorded()
  await video.getOrSet({ id: 1 })
  await user.getOrSet({ id: 1 })
  await events.next('fill', user)
  await video.getOrSet({ id: 1 })
  expect(events.events.map(({ name }) => name)).toEqual([
    'miss',
    'load',
    'fill',
    'miss',
    'load',
    'fill',
    'hit',
  ])
  expect(events.of('miss')).toHaveLength(2)
  expect(events.of('miss', 'user:{id}')).toEqual([
    { name: 'miss', definition: 'user:{id}', reason: 'absent' },
  ])
  expect(events.of('hit', video)).toEqual([{ name: 'hit', definition: 'video:{id}', tier: 'memory' }])
})

test('the first event of a kind is waited for, or is there already', async () => {
  const { video, user, events } = recorded()
  const load = events.next('load', user)
  await video.getOrSet({ id: 1 })
  await user.getOrSet({ id: 1 })
  expect(await load).toMatchObject({ name: 'load', definition: 'user:{id}', failed: false })
  expect(await events.next('load')).toMatchObject({ definition: 'video:{id}' })
})

test('loads are expected to be so many, and the trace says what happened instead', async () => {
  const { cache, video, user, events } = recorded()
  expect(() => events.expectLoadedOnce(video)).toThrow(
    /'video:\{id\}' was loaded 0 times, not 1:\n\(no events\)/,
  )
  await video.getOrSet({ id: 1 })
  await events.next('fill')
  await cache.invalidate({ tag: 't' })
  await video.getOrSet({ id: 1 })
  events.expectLoads(video, 2)
  events.expectLoads('user:{id}', 0)
  events.expectNo('storeError', 'codecError')
  expect(() => events.expectLoadedOnce(user)).toThrow(/was loaded 0 times/)
  expect(() => events.expectLoadedOnce('video:{id}')).toThrow(
    /2 times, not 1:\nmiss video:\{id\} \(absent\)\nload /,
  )
  expect(() => events.expectNo('storeError', 'invalidate')).toThrow(/what should not be:\ninvalidate tag 1$/)
})

test('what was recorded is forgotten when it is cleared, and nothing more is recorded when it is stopped', async () => {
  const { video, events } = recorded()
  await video.getOrSet({ id: 1 })
  events.clear()
  expect(events.trace()).toBe('')
  await video.get({ id: 2 })
  expect(events.trace()).toBe('miss video:{id} (absent)')
  events.stop()
  await video.get({ id: 2 })
  expect(events.events).toHaveLength(1)
})
