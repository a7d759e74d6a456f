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

it('adds up the counts of counters that belong to one document', async () => {
  const { _id } = await world.Video.create({ views: 0 })
  const sink = mongoCounterSink(world.Video, 'views')
  const counts = batch(1, [
    [_id, 2],
    [String(_id).toUpperCase(), 3],
  ])
  await sink.apply(counts)
  await sink.apply(counts)
  expect(await viewsOf(_id)).toBe(5)
})

it('loses and doubles nothing when it is cut off anywhere in a batch and the batch is handed over again', async () => {
  const videos = await world.Video.create(Array.from({ length: 5 }, () => ({ views: 0 })))
  const sink = mongoCounterSink(world.Video, 'views')
  for (let cut = 0; cut <= videos.length; cut += 1) {
    const counts = batch(
      cut + 1,
      videos.map(({ _id }) => [_id, 1]),
    )
    cutNextBulk(cut)
    await expect(sink.apply(counts)).rejects.toThrow('cut off')
    expect(await sink.lastApplied('0')).toBe(cut)
    await sink.apply(counts)
    expect(await Promise.all(videos.map(({ _id }) => viewsOf(_id)))).toEqual(videos.map(() => cut + 1))
  }
})

it('leaves out a batch that comes after a newer one', async () => {
  const [one, two] = await world.Video.create([{ views: 0 }, { views: 0 }], { ordered: true })
  const sink = mongoCounterSink(world.Video, 'views')
  const older = batch(1, [[one?._id, 5]])
  await sink.apply(older)
  await sink.apply(
    batch(2, [
      [one?._id, 1],
      [two?._id, 1],
    ]),
  )
  await sink.apply(older)
  expect([await viewsOf(one?._id), await viewsOf(two?._id)]).toEqual([6, 1])
  expect(await sink.lastApplied('0')).toBe(2)
})

it('counts once when several processes hand over the same batches at the same time', async () => {
  const videos = await world.Video.create(Array.from({ length: 8 }, () => ({ views: 0 })))
  const drain = async (): Promise<void> => {
    const sink = mongoCounterSink(world.Video, 'views')
    for (let id = 1; id <= 15; id += 1) {
      await sink.apply(
        batch(
          id,
          videos.map((video) => [video._id, 1]),
        ),
      )
    }
  }
  await Promise.all([drain(), drain(), drain()])
  expect(await Promise.all(videos.map(({ _id }) => viewsOf(_id)))).toEqual(videos.map(() => 15))
  expect(await mongoCounterSink(world.Video, 'views').lastApplied('0')).toBe(15)
})

it('applies a batch of more documents than fit into one command', async () => {
  const documents = Array.from({ length: 2100 }, () => ({ views: 0 }))
  const videos = await world.Video.insertMany(documents)
  await mongoCounterSink(world.Video, 'views').apply(
    batch(
      1,
      videos.map(({ _id }) => [_id, 1]),
    ),
  )
  expect(await world.Video.countDocuments({ views: 1 })).toBe(2100)
})

it('tells of counts whose documents are gone, and of no others', async () => {
  const { _id } = await world.Video.create({ views: 0 })
  const dropped: unknown[] = []
  const sink = mongoCounterSink(world.Video, 'views', { onDropped: (counts) => dropped.push(counts) })
  await sink.apply(batch(1, [[_id, 1]]))
  await sink.apply(batch(1, [[_id, 1]]))
  expect(dropped).toEqual([])
  await sink.apply(
    batch(2, [
      [_id, 1],
      ['64b5f0c2a1d3e4f5a6b7c8d9', 3],
      ['not an id', 4],
    ]),
  )
  expect(dropped).toEqual([{ shard: '0', documents: 2, sum: 7 }])
})

/** Lets only so many operations of the next bulk write through, and fails it then, as a crash or a lost connection does. */
function cutNextBulk(operations: number): void {
  type Native = { bulkWrite(...args: unknown[]): Promise<unknown> }
  const native = (world.Video.collection as unknown as { _getCollection(): Native })._getCollection()
  const { bulkWrite } = native
  native.bulkWrite = async (all, options) => {
    native.bulkWrite = bulkWrite
    const done = (all as unknown[]).slice(0, operations)
    if (done.length > 0) await bulkWrite.call(native, done, options)
    throw new Error('cut off')
  }
}

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

it.each(['$views', '', '.views', 'stats.', 'stats..views', 'stats.$views'])(
  'refuses a field that is no path: %j',
  (field) => {
    expect(() => mongoCounterSink(world.Video, field)).toThrow('field')
  },
)
