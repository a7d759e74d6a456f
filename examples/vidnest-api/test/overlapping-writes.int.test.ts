import mongoose from 'mongoose'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { Client } from '../demo/tour/client.ts'
import { type RunningVidNest, startVidNest } from '../src/start.ts'
import { type Member, startTestVidNest, type TestVidNest } from './support/vidnest.ts'

let app: TestVidNest
/** The same database without a cache: what every page should show. */
let plain: RunningVidNest
let member: Member

beforeAll(async () => {
  app = await startTestVidNest()
  const { MONGODB_URI, UPLOAD_DIR } = app.vidnest.context.config
  plain = await startVidNest({
    PORT: '0',
    MONGODB_URI,
    UPLOAD_DIR,
    REDIS_URL: app.redis.url,
    CACHE_NAMESPACE: 'plain',
    ACCESS_TOKEN_SECRET: 'a secret that nobody signs in with, here',
    CACHE: 'off',
    LOG_LEVEL: 'silent',
    RATE_LIMIT_GLOBAL: '1000000',
  })
  member = await app.member()
})

afterAll(async () => {
  await plain.close()
  await app.close()
})

afterEach(() => {
  vi.restoreAllMocks()
})

const pages = (id: string): string[] => [
  `/videos/${id}`,
  '/videos',
  `/videos?owner=${member.id}`,
  ...['music', 'news', 'sports'].flatMap((category) => [
    `/videos?category=${category}`,
    `/videos/trending?category=${category}`,
  ]),
  '/videos/trending',
  `/users/c/${member.username}`,
]

/** A video of the member, and every page as it is then, in the cache. */
async function createVideo(fields: {
  readonly title?: string
  readonly category: string
  readonly isPublished: boolean
}): Promise<string> {
  const { _id } = await app.vidnest.context.models.Video.create({
    owner: member.id,
    title: 'A video',
    videoFile: '/media/x.mp4',
    thumbnail: '/media/x.png',
    views: 9_000_000,
    ...fields,
  })
  await Promise.all(pages(String(_id)).map((path) => app.client().ask(path)))
  return String(_id)
}

/** What a page shows, without the numbers, which are counters. */
async function shown(url: string, path: string): Promise<string> {
  const { status, data } = await new Client(url).ask(path)
  const moving = new Set(['views', 'likes', 'dislikes', 'totalViews'])
  return JSON.stringify([status, data ?? null], (key, value: unknown) =>
    moving.has(key) ? undefined : value,
  )
}

/** The pages that show something else than MongoDB has. */
async function stalePages(paths: readonly string[]): Promise<string[]> {
  const compared = await Promise.all(
    paths.map(async (path) => {
      const [cached, stored] = await Promise.all([shown(app.vidnest.url, path), shown(plain.url, path)])
      return cached === stored ? [] : [path]
    }),
  )
  return compared.flat()
}

const change = (id: string, body: object): Promise<unknown> =>
  member.client.expect(200, `/videos/${id}`, { method: 'PATCH', body })
const togglePublished = (id: string): Promise<unknown> =>
  member.client.expect(200, `/videos/${id}/publish`, { method: 'PATCH' })

/** Holds the next call of the driver's method, whose document has been read by then, until `rival` is through. */
function holdNext(method: 'updateOne' | 'findOneAndUpdate', rival: () => Promise<unknown>): void {
  const prototype = mongoose.mongo.Collection.prototype as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >
  const original = prototype[method]
  if (original === undefined) throw new Error(`the driver has no ${method}`)
  vi.spyOn(prototype, method).mockImplementationOnce(async function (this: unknown, ...args) {
    await rival()
    return original.apply(this, args)
  })
}

test('publishing and moving a draft side by side leaves no page stale', async () => {
  for (let round = 0; round < 20; round += 1) {
    const id = await createVideo({ category: 'music', isPublished: false })
    await Promise.all([togglePublished(id), change(id, { category: 'news' })])
    expect(await stalePages(pages(id))).toEqual([])
    await member.client.expect(200, `/videos/${id}`, { method: 'DELETE' })
    expect(await stalePages(pages(id))).toEqual([])
  }
})

test('many movers of one video, with readers among them, leave no page stale', async () => {
  const id = await createVideo({ category: 'music', isPublished: true })
  const movers = (round: number): Promise<unknown>[] => [
    change(id, { category: round % 2 === 0 ? 'news' : 'sports' }),
    change(id, { category: 'music', title: `Round ${String(round)}` }),
    togglePublished(id),
    ...pages(id).map((path) => app.client().ask(path)),
  ]
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(movers(round))
    expect(await stalePages(pages(id))).toEqual([])
  }
})

test('a move that overtakes another takes the video off the page in between', async () => {
  const id = await createVideo({ category: 'music', isPublished: true })
  holdNext('updateOne', async () => {
    await change(id, { category: 'news' })
    expect(await stalePages(pages(id))).toEqual([])
  })
  await change(id, { category: 'sports' })
  expect(await stalePages(pages(id))).toEqual([])
})

test('a video that was published while it was being taken back is nowhere, not even in search', async () => {
  const found = async (): Promise<number> =>
    (await app.client().expect<{ totalVideos: number }>(200, '/search?q=quagga')).totalVideos
  const id = await createVideo({ title: 'Quagga', category: 'music', isPublished: false })
  holdNext('updateOne', async () => {
    await togglePublished(id)
    expect(await stalePages(pages(id))).toEqual([])
    expect(await found()).toBe(1)
  })
  await app.vidnest.context.models.Video.updateOne({ _id: id }, { $set: { isPublished: false } })
  expect(await stalePages(pages(id))).toEqual([])
  expect(await found()).toBe(0)
})

test('a name that was another’s for a moment is nobody’s again', async () => {
  const [first, between] = [`${member.username}first`, `${member.username}between`]
  const rename = (username: string): Promise<unknown> =>
    member.client.expect(200, '/users/me', { method: 'PATCH', body: { username } })
  const channels = [member.username, first, between].map((name) => `/users/c/${name}`)
  await Promise.all(channels.map((path) => app.client().ask(path)))
  holdNext('findOneAndUpdate', async () => {
    await rename(between)
    await app.client().expect(200, `/users/c/${between}`)
  })
  await rename(first)
  await app.client().expect(404, `/users/c/${between}`)
  await app.client().expect(200, `/users/c/${first}`)
  expect(await stalePages(channels)).toEqual([])
})
