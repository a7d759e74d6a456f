import { afterEach, beforeEach, expect, it } from 'vitest'

import { mongoCounterSink } from '../../src/index.ts'
import { openVideoWorld, type VideoWorld } from '../support/video-world.ts'

let world: VideoWorld
beforeEach(async () => {
  world = await openVideoWorld({ plugin: { ignore: [] } })
})
afterEach(() => world.close())

function batch(id: number, counts: [unknown, number][], shard = '0') {
  const deltas = counts.map(([video, delta]) => ({
    key: `video:views:${String(video)}`,
    params: { id: String(video) },
    delta,
  }))
  return { shard, id, deltas }
}

async function viewsOf(id: unknown): Promise<number | undefined> {
  return (await world.Video.findById(id).orFail()).views
}

it('adds each delta once, however often a batch is handed over', async () => {
  const [one, two] = await world.Video.create([{ views: 10 }, { title: 'no views yet' }], { ordered: true })
  const sink = mongoCounterSink(world.Video, 'views')
  const first = batch(1, [
    [one?._id, 5],
    [two?._id, 1],
  ])
  await sink.apply(first)
  await sink.apply(first)
  expect([await viewsOf(one?._id), await viewsOf(two?._id)]).toEqual([15, 1])
  await sink.apply(batch(2, [[one?._id, -3]]))
  await sink.apply(first)
  expect(await viewsOf(one?._id)).toBe(12)
})

it('finishes a batch that was applied in part', async () => {
  const [one, two] = await world.Video.create([{ views: 0 }, { views: 0 }], { ordered: true })
  const sink = mongoCounterSink(world.Video, 'views')
  await sink.apply(batch(7, [[one?._id, 1]]))
  await sink.apply(
    batch(7, [
      [one?._id, 1],
      [two?._id, 1],
    ]),
  )
  expect([await viewsOf(one?._id), await viewsOf(two?._id)]).toEqual([1, 1])
})

it('keeps shards and fields apart, whatever they are called', async () => {
  const { _id } = await world.Video.create({ views: 0 })
  const sink = mongoCounterSink(world.Video, 'views')
  await sink.apply(batch(5, [[_id, 1]], '{a}.$b'))
  await sink.apply(batch(3, [[_id, 1]], 'other'))
  expect(await viewsOf(_id)).toBe(2)
  expect(await sink.lastApplied('{a}.$b')).toBe(5)
  expect(await sink.lastApplied('other')).toBe(3)
  expect(await mongoCounterSink(world.Video, 'likes').lastApplied('other')).toBe(0)
})

it('drops counts of documents that are gone or cannot exist', async () => {
  const sink = mongoCounterSink(world.Video, 'views')
  await sink.apply(
    batch(1, [
      ['64b5f0c2a1d3e4f5a6b7c8d9', 1],
      ['not an id', 1],
    ]),
  )
  expect(await world.Video.countDocuments()).toBe(0)
  expect(await sink.lastApplied('0')).toBe(1)
})

it('never lowers the number of the last batch', async () => {
  const sink = mongoCounterSink(world.Video, 'views')
  await sink.apply(batch(9, []))
  await sink.apply(batch(4, []))
  expect(await sink.lastApplied('0')).toBe(9)
})

it('is not a write that the plugin sees', async () => {
  const { _id } = await world.Video.create({ views: 0 })
  world.changes.length = 0
  await mongoCounterSink(world.Video, 'views').apply(batch(1, [[_id, 1]]))
  expect(await viewsOf(_id)).toBe(1)
  expect(world.changes).toEqual([])
})

it('refuses a field that is no path', () => {
  expect(() => mongoCounterSink(world.Video, '$views')).toThrow('field')
})
