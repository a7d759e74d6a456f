import type { Client } from './client.ts'
import { table } from './table.ts'

interface Shown {
  readonly id: string
  readonly title: string
  readonly category: string
  readonly owner: { readonly fullName: string }
}

/** Places where a video may show. */
const places = [
  'video',
  'list',
  'music',
  'gaming',
  'own list',
  'trending',
  'trending music',
  'trending gaming',
  'channel',
] as const
type Place = (typeof places)[number]

/** What should be seen where, after an edit: the video as it must look, or nothing. */
interface Expectation {
  readonly edit: string
  readonly make: () => Promise<unknown>
  readonly seen: (place: Place, video: Shown | undefined) => boolean
}

/** A video, and who made it. */
export interface EditedVideo {
  readonly id: string
  readonly ownerId: string
  readonly username: string
}

/** Edits a video in every way and looks at every place at once after each edit. */
export async function editEverywhere(
  client: Client,
  video: EditedVideo,
): Promise<{ text: string; wrong: string[] }> {
  const rows: string[][] = [['Edit', ...places]]
  const wrong: string[] = []
  for (const { edit, make, seen } of edits(client, video)) {
    for (const place of places) await look(client, video, place)
    await make()
    const row = [edit]
    for (const place of places) {
      const right = seen(place, await look(client, video, place))
      row.push(right ? '✓' : '✗')
      if (!right) wrong.push(`${edit}: ${place} shows the old state`)
    }
    rows.push(row)
  }
  return { text: table(rows), wrong }
}

function edits(client: Client, { id }: EditedVideo): Expectation[] {
  const patch = (body: object): Promise<unknown> =>
    client.expect(200, `/videos/${id}`, { method: 'PATCH', body })
  const publish = (): Promise<unknown> => client.expect(200, `/videos/${id}/publish`, { method: 'PATCH' })
  const shownWhere =
    (category: string, is: (video: Shown) => boolean) => (place: Place, video: Shown | undefined) => {
      if (place === 'channel') return video !== undefined
      const other =
        ['music', 'gaming', 'trending music', 'trending gaming'].includes(place) && !place.endsWith(category)
      return other ? video === undefined : video !== undefined && is(video)
    }
  const nowhere = (place: Place, video: Shown | undefined): boolean =>
    place === 'channel' || place === 'video' || video === undefined
  return [
    {
      edit: 'new title',
      make: () => patch({ title: 'A new title' }),
      seen: shownWhere('music', (v) => v.title === 'A new title'),
    },
    {
      edit: 'moved to gaming',
      make: () => patch({ category: 'gaming' }),
      seen: shownWhere('gaming', (v) => v.category === 'gaming'),
    },
    { edit: 'unpublished', make: publish, seen: nowhere },
    { edit: 'published', make: publish, seen: shownWhere('gaming', (v) => v.title === 'A new title') },
    {
      edit: 'owner renamed',
      make: () => client.expect(200, '/users/me', { method: 'PATCH', body: { fullName: 'A New Name' } }),
      seen: shownWhere('gaming', (v) => v.owner.fullName === 'A New Name'),
    },
    {
      edit: 'deleted',
      make: () => client.expect(200, `/videos/${id}`, { method: 'DELETE' }),
      seen: (place, video) => place === 'channel' || video === undefined,
    },
  ]
}

/** The video as the place shows it; for the channel, a stand-in with the channel's name. */
async function look(
  client: Client,
  { id, ownerId, username }: EditedVideo,
  place: Place,
): Promise<Shown | undefined> {
  const paths: Readonly<Record<Place, string>> = {
    video: `/videos/${id}`,
    list: '/videos?limit=50',
    music: '/videos?category=music&limit=50',
    gaming: '/videos?category=gaming&limit=50',
    'own list': `/videos?owner=${ownerId}&limit=50`,
    trending: '/videos/trending',
    'trending music': '/videos/trending?category=music',
    'trending gaming': '/videos/trending?category=gaming',
    channel: `/users/c/${username}`,
  }
  const { status, data } = await client.ask(paths[place])
  if (status !== 200) return undefined
  if (place === 'video') return data as Shown
  if (place === 'channel') return { id, title: '', category: '', owner: data as { fullName: string } }
  const videos = Array.isArray(data) ? (data as Shown[]) : (data as { videos: Shown[] }).videos
  return videos.find((video) => video.id === id)
}
