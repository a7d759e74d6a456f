import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { samplePicture } from '../demo/tour/media-samples.ts'
import { type Member, startTestVidNest, type TestVidNest, upload } from './support/vidnest.ts'

let app: TestVidNest
let member: Member

beforeAll(async () => {
  app = await startTestVidNest()
  member = await app.member()
})

afterAll(() => app.close())

interface Seen {
  readonly id: string
  readonly title: string
  readonly category: string
  readonly owner: { readonly fullName: string; readonly avatar: string }
}

const lists = {
  list: () => '/videos?limit=50',
  'list by views': () => '/videos?limit=50&sortBy=views',
  'list of music': () => '/videos?category=music&limit=50',
  'list of gaming': () => '/videos?category=gaming&limit=50',
  'own list': () => `/videos?owner=${member.id}&limit=50`,
  'own list of music': () => `/videos?category=music&owner=${member.id}&limit=50`,
  trending: () => '/videos/trending',
  'trending in music': () => '/videos/trending?category=music',
  'trending in gaming': () => '/videos/trending?category=gaming',
} as const
type List = keyof typeof lists

/** Fills every cache with the state before, and makes sure that it would be answered from there. */
async function warm(id: string): Promise<void> {
  const visitor = app.client()
  const cold: string[] = []
  for (const path of [
    `/videos/${id}`,
    ...Object.values(lists).map((list) => list()),
    `/users/c/${member.username}`,
  ]) {
    await visitor.ask(path)
    const again = await visitor.ask(path)
    if (again.status === 200 && again.source !== 'redis') cold.push(path)
  }
  expect(cold).toEqual([])
}

async function videoAt(path: string, id: string): Promise<Seen | undefined> {
  const { status, data } = await app.client().ask(path)
  if (status !== 200) return undefined
  const videos = Array.isArray(data) ? (data as Seen[]) : (data as { videos?: Seen[] }).videos
  return videos === undefined ? (data as Seen) : videos.find((video) => video.id === id)
}

/** Where the video is, and how it looks there. */
async function everywhere(id: string): Promise<Record<List | 'video', Seen | undefined>> {
  const entries: [string, Seen | undefined][] = [['video', await videoAt(`/videos/${id}`, id)]]
  for (const [name, path] of Object.entries(lists)) entries.push([name, await videoAt(path(), id)])
  return Object.fromEntries(entries) as Record<List | 'video', Seen | undefined>
}

const inMusic: readonly (List | 'video')[] = [
  'video',
  'list',
  'list by views',
  'list of music',
  'own list',
  'own list of music',
  'trending',
  'trending in music',
]
const inGaming: readonly (List | 'video')[] = [
  'video',
  'list',
  'list by views',
  'list of gaming',
  'own list',
  'trending',
  'trending in gaming',
]

async function trendingVideo(): Promise<string> {
  const id = await upload(member)
  await app.vidnest.context.models.Video.updateOne({ _id: id }, { $set: { views: 5_000_000 } })
  await app.vidnest.context.caches.values.invalidate({ tag: 'videos' })
  return id
}

function shownAt(seen: Record<string, Seen | undefined>): string[] {
  return Object.keys(seen)
    .filter((place) => seen[place] !== undefined)
    .sort()
}

describe('the next reads are right at once after', () => {
  test('an upload', async () => {
    const other = await upload(member)
    await warm(other)
    const id = await upload(member, { title: 'Just uploaded' })
    expect(shownAt(await everywhere(id))).toEqual(
      expect.arrayContaining(['list', 'list of music', 'own list', 'own list of music', 'video']),
    )
  })

  test('a new title', async () => {
    const id = await trendingVideo()
    await warm(id)
    await member.client.expect(200, `/videos/${id}`, { method: 'PATCH', body: { title: 'Another title' } })
    const seen = await everywhere(id)
    expect(shownAt(seen)).toEqual([...inMusic].sort())
    expect(
      new Set(Object.values(seen).flatMap((video) => (video === undefined ? [] : [video.title]))),
    ).toEqual(new Set(['Another title']))
  })

  test('a move to another category', async () => {
    const id = await trendingVideo()
    await warm(id)
    await member.client.expect(200, `/videos/${id}`, { method: 'PATCH', body: { category: 'gaming' } })
    expect(shownAt(await everywhere(id))).toEqual([...inGaming].sort())
  })

  test('taking it back, and publishing it again', async () => {
    const id = await trendingVideo()
    await warm(id)
    await member.client.expect(200, `/videos/${id}/publish`, { method: 'PATCH' })
    expect(shownAt(await everywhere(id))).toEqual([])
    await warm(id)
    await member.client.expect(200, `/videos/${id}/publish`, { method: 'PATCH' })
    expect(shownAt(await everywhere(id))).toEqual([...inMusic].sort())
  })

  test('deleting it', async () => {
    const id = await trendingVideo()
    await warm(id)
    await member.client.expect(200, `/videos/${id}`, { method: 'DELETE' })
    expect(shownAt(await everywhere(id))).toEqual([])
  })

  test('another name and picture of its owner, in the channel too', async () => {
    const id = await trendingVideo()
    await warm(id)
    await member.client.expect(200, '/users/me', { method: 'PATCH', body: { fullName: 'A New Name' } })
    const seen = await everywhere(id)
    expect(shownAt(seen)).toEqual([...inMusic].sort())
    expect(
      Object.values(seen).every((video) => video === undefined || video.owner.fullName === 'A New Name'),
    ).toBe(true)
    const channel = await app.client().expect<{ fullName: string }>(200, `/users/c/${member.username}`)
    expect(channel.fullName).toBe('A New Name')

    await warm(id)
    const form = new FormData()
    form.set('avatar', samplePicture(), 'me.png')
    const { avatar } = await member.client.expect<{ avatar: string }>(200, '/users/me/avatar', {
      method: 'PATCH',
      form,
    })
    expect(avatar).toMatch(/^\/media\/.+\.png$/)
    const pictured = await everywhere(id)
    expect(shownAt(pictured)).toEqual([...inMusic].sort())
    expect(new Set(Object.values(pictured).map((video) => video?.owner.avatar ?? avatar))).toEqual(
      new Set([avatar]),
    )
    expect(await app.client().expect(200, `/users/c/${member.username}`)).toMatchObject({ avatar })
  })

  test('another username: the old channel is gone, the new one is there', async () => {
    const renamed = await app.member()
    await app.client().expect(200, `/users/c/${renamed.username}`)
    const taken = `${renamed.username}x`
    await app.client().expect(404, `/users/c/${taken}`)
    await renamed.client.expect(200, '/users/me', { method: 'PATCH', body: { username: taken } })
    expect((await app.client().ask(`/users/c/${renamed.username}`)).status).toBe(404)
    expect((await app.client().ask(`/users/c/${taken}`)).status).toBe(200)
  })

  test('the channel’s statistics follow its videos', async () => {
    const creator = await app.member()
    const stats = async (): Promise<number> =>
      (await app.client().expect<{ videoCount: number }>(200, `/users/c/${creator.username}`)).videoCount
    expect(await stats()).toBe(0)
    const id = await upload(creator)
    expect(await stats()).toBe(1)
    await creator.client.expect(200, `/videos/${id}/publish`, { method: 'PATCH' })
    expect(await stats()).toBe(0)
  })
})

test('search may show an old title until its TTL, but never a video that is gone', async () => {
  const id = await upload(member, { title: 'Zanzibar lighthouse' })
  const found = async (): Promise<Seen | undefined> => videoAt('/search?q=zanzibar', id)
  expect((await found())?.title).toBe('Zanzibar lighthouse')
  await member.client.expect(200, `/videos/${id}`, { method: 'PATCH', body: { title: 'Zanzibar harbour' } })
  expect(['Zanzibar lighthouse', 'Zanzibar harbour']).toContain((await found())?.title)
  await member.client.expect(200, `/videos/${id}/publish`, { method: 'PATCH' })
  expect(await found()).toBeUndefined()
})

test('search shows no video of many that were deleted at once', async () => {
  const { Video } = app.vidnest.context.models
  const owner = app.vidnest.context.models.User.hydrate({ _id: member.id })._id
  const row = {
    owner,
    category: 'news',
    videoFile: '/media/x.mp4',
    thumbnail: '/media/x.png',
    isPublished: true,
  }
  await Video.insertMany(
    Array.from({ length: 600 }, (_, index) => ({ ...row, title: `Quetzal ${String(index)}` })),
  )
  const found = async (): Promise<number> =>
    (await app.client().expect<{ totalVideos: number }>(200, '/search?q=quetzal')).totalVideos
  expect(await found()).toBe(600)
  await Video.deleteMany({ category: 'news', owner })
  expect(await found()).toBe(0)
})

test('a view changes the number at once and drops nothing', async () => {
  const id = await upload(member)
  await warm(id)
  for (let view = 1; view <= 3; view += 1) {
    expect(
      await app.client().expect<{ views: number }>(200, `/videos/${id}/view`, { method: 'POST' }),
    ).toEqual({ views: view })
  }
  const read = await app.client().ask(`/videos/${id}`)
  expect(read).toMatchObject({ source: 'redis', data: { views: 3 } })
  await app.vidnest.context.videos.views.flush()
  expect((await app.vidnest.context.models.Video.findById(id).lean())?.views).toBe(3)
  expect((await app.client().ask(`/videos/${id}`)).source).toBe('redis')
})

test('a draft is shown to its owner alone and never cached', async () => {
  const id = await upload(member)
  await member.client.expect(200, `/videos/${id}/publish`, { method: 'PATCH' })
  expect((await member.client.ask(`/videos/${id}`)).status).toBe(200)
  expect((await app.client().ask(`/videos/${id}`)).status).toBe(404)
  expect((await (await app.member()).client.ask(`/videos/${id}`)).status).toBe(404)
  expect((await app.vidnest.context.videos.one.entry({ id })).tier).toBe('none')
})
