import { ManualClock } from '@vidnest/cache-core/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import type { StreamGap } from '../../src/stream/gap.ts'
import type { Leadership, Turn } from '../../src/stream/leadership.ts'
import type { ResumeToken } from '../../src/stream/resume-token.ts'
import type { StreamEvent } from '../../src/stream/stream-event.ts'
import { StreamFollower } from '../../src/stream/stream-follower.ts'
import type { StreamInvalidation } from '../../src/stream/stream-invalidation.ts'
import { FakeStream } from '../support/fake-stream.ts'

let clock: ManualClock
let follower: StreamFollower
let turn: () => Turn
let noted: (string | undefined)[]
let streams: FakeStream[]
let openedAfter: (ResumeToken | undefined)[]
let done: string[]
let failing: Error | undefined
let collections: string[]
const gaps: StreamGap[] = []
const errors: unknown[] = []

beforeEach(() => {
  clock = new ManualClock()
  turn = () => ({ leads: true, position: { _data: '0' } })
  noted = []
  streams = []
  openedAfter = []
  done = []
  failing = undefined
  collections = ['videos']
  gaps.length = 0
  errors.length = 0
})
afterEach(() => follower.close())

/** The result is its first stream. */
function follow(): FakeStream {
  const tryTo = async (what: string): Promise<void> => {
    if (failing !== undefined) throw failing
    done.push(what)
  }
  const leadership = {
    take: async (position?: ResumeToken) => {
      noted.push(position?._data as string | undefined)
      return turn()
    },
    giveUp: async (position?: ResumeToken) => {
      noted.push(`up at ${String(position?._data)}`)
    },
  }
  const invalidation = {
    get collections() {
      return collections
    },
    prepare: async (events: StreamEvent[]) => () => tryTo(events.map(({ _id }) => _id._data).join()),
    sweep: () => tryTo('sweep'),
  }
  follower = new StreamFollower({
    leadership: leadership as unknown as Leadership,
    invalidation: invalidation as unknown as StreamInvalidation,
    watch: (after) => {
      openedAfter.push(after)
      const stream = new FakeStream(`open ${String(streams.length)}`)
      streams.push(stream)
      setImmediate(() => {
        stream.open()
      })
      return stream
    },
    clock,
    everyMs: 100,
    onGap: (gap) => gaps.push(gap),
    onError: (error) => errors.push(error),
  })
  return stream(0)
}

const stream = (index: number): FakeStream =>
  new Proxy({} as FakeStream, {
    get: (_target, name) => {
      const value: unknown = Reflect.get(streams[index] as object, name)
      return typeof value === 'function' ? (value.bind(streams[index]) as unknown) : value
    },
  })

const event = (position: string, operationType = 'update'): StreamEvent => ({
  _id: { _data: position },
  operationType,
})

it('invalidates what comes together as one, and notes the position afterwards', async () => {
  const opened = follow()
  await follower.settled
  opened.push(event('1'), event('2'))
  await vi.waitFor(() => {
    expect(noted.at(-1)).toBe('2')
  })
  expect(done).toEqual(['1,2'])
})

it('does not move its position while the invalidation fails', async () => {
  const opened = follow()
  await follower.settled
  failing = new Error('no Redis')
  opened.push(event('1'))
  await vi.waitFor(() => {
    expect(errors).toEqual([failing])
  })
  await clock.advanceAsync('100ms')
  expect(noted).not.toContain('1')
  failing = undefined
  await clock.advanceAsync('100ms')
  await vi.waitFor(() => {
    expect(noted.at(-1)).toBe('1')
  })
  expect(errors).toHaveLength(1)
})

it('notes nothing before a gap is swept', async () => {
  turn = () => ({ leads: true, position: undefined })
  failing = new Error('no Redis')
  follow()
  await vi.waitFor(() => {
    expect(errors).toHaveLength(1)
  })
  await clock.advanceAsync('100ms')
  expect(noted.filter((position) => position !== undefined)).toEqual([])
  failing = undefined
  await clock.advanceAsync('100ms')
  await follower.settled
  expect(done).toEqual(['sweep'])
  expect(gaps).toEqual(['no-position'])
  expect(noted.at(-1)).toBe('open 0')
})

it('sweeps and starts anew when the server lost its history', async () => {
  const opened = follow()
  await follower.settled
  opened.push(Object.assign(new Error('lost'), { code: 286 }))
  await vi.waitFor(() => {
    expect(gaps).toEqual(['history-lost'])
  })
  expect(done).toEqual(['sweep'])
  expect(openedAfter).toEqual([{ _data: '0' }, undefined])
  expect(errors).toEqual([])
})

it('goes on at its position after any other error', async () => {
  const opened = follow()
  await follower.settled
  opened.push(new Error('connection lost'))
  await vi.waitFor(() => {
    expect(noted.at(-1)).toMatch(/^up/)
  })
  await clock.advanceAsync('100ms')
  await vi.waitFor(() => {
    expect(streams).toHaveLength(2)
  })
  expect(openedAfter).toEqual([{ _data: '0' }, { _data: '0' }])
  expect([gaps, errors.length]).toEqual([[], 1])
})

it('stops when another process has taken the lead', async () => {
  const opened = follow()
  await follower.settled
  turn = () => ({ leads: false })
  await clock.advanceAsync('100ms')
  await vi.waitFor(() => {
    expect(opened.closed).toBe(true)
  })
})

it('opens the stream anew when there are models that it does not tell of', async () => {
  const opened = follow()
  await follower.settled
  collections = ['users', 'videos']
  await clock.advanceAsync('100ms')
  await vi.waitFor(() => {
    expect(streams).toHaveLength(2)
  })
  expect(opened.closed).toBe(true)
})

it('sweeps when the stream ends with its database, and goes on after that', async () => {
  const opened = follow()
  await follower.settled
  opened.push(event('1', 'dropDatabase'), event('2', 'invalidate'))
  await vi.waitFor(() => {
    expect(streams).toHaveLength(2)
  })
  expect(done).toEqual(['sweep'])
  expect(gaps).toEqual(['database-dropped'])
  expect(noted).toContain('2')
})

it('handles the events in hand before it is closed, and gives the lead up there', async () => {
  const opened = follow()
  await follower.settled
  opened.push(event('1'))
  await vi.waitFor(() => {
    expect(done).toEqual(['1'])
  })
  await follower.close()
  expect(noted.at(-1)).toBe('up at 1')
})

it('gives the lead up that it gets while it is closed', async () => {
  follow()
  await follower.close()
  expect(streams).toEqual([])
  expect(noted).toEqual([undefined, 'up at undefined'])
})
