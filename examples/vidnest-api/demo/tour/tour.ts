import type { DemoEnvironment } from '../environment.ts'
import { bold, green, red, say } from '../terminal.ts'
import { Client } from './client.ts'
import { editEverywhere } from './edits.ts'
import { samplePicture, sampleVideo } from './media-samples.ts'
import { readTwice } from './reads.ts'
import { leaveEverywhere, signUp } from './sessions.ts'

/** More views than any seeded video, so that the tour's own is trending. */
const manyViews = 2_000_000

/** Walks the main flows once and prints what happened; resolves to the exit code. */
export async function takeTour({ vidnest }: DemoEnvironment): Promise<number> {
  const client = new Client(vidnest.url)
  const startedAt = performance.now()
  const account = await signUp(client)
  const id = await upload(client)
  // Trending is by views; a person cannot watch a video two million times in a tour.
  await vidnest.context.models.Video.updateOne({ _id: id }, { $set: { views: manyViews } })
  await vidnest.context.caches.values.invalidate({ tag: 'videos' })

  say(`\n${bold('The same question twice')}`)
  const reads = await readTwice(client, [
    { name: 'Video list', path: '/videos?limit=50' },
    { name: 'Video list of a category', path: '/videos?category=music&limit=50' },
    { name: 'One video', path: `/videos/${id}` },
    { name: 'Trending', path: '/videos/trending' },
    { name: 'Search', path: '/search?q=tour' },
    { name: 'Channel page', path: `/users/c/${account.username}` },
    { name: 'Own profile', path: '/users/me' },
    { name: 'Own videos', path: `/videos?owner=${account.id}` },
  ])
  say(reads.text)

  say(`\n${bold('An edit appears at once everywhere')}`)
  const views = await countViews(client, id)
  const edits = await editEverywhere(client, { id, ownerId: account.id, username: account.username })
  say(edits.text)

  const sessions = await leaveEverywhere(client, account)
  return conclude([...reads.wrong, ...views, ...edits.wrong, ...sessions], performance.now() - startedAt)
}

async function upload(client: Client): Promise<string> {
  const form = new FormData()
  form.set('title', 'A video of the tour')
  form.set('category', 'music')
  form.set('tags', 'tour,demo')
  form.set('videoFile', sampleVideo(), 'tour.mp4')
  form.set('thumbnail', samplePicture(), 'tour.png')
  const { id } = await client.expect<{ id: string }>(201, '/videos', { method: 'POST', form })
  return id
}

async function countViews(client: Client, id: string): Promise<string[]> {
  const before = await client.expect<{ views: number }>(200, `/videos/${id}`)
  for (let view = 0; view < 3; view += 1) await client.expect(200, `/videos/${id}/view`, { method: 'POST' })
  const after = await client.ask(`/videos/${id}`)
  const { views } = after.data as { views: number }
  if (views !== before.views + 3) return [`three views were counted as ${String(views - before.views)}`]
  return after.source === 'redis' ? [] : ['a view dropped the cached video']
}

function conclude(wrong: readonly string[], elapsedMs: number): number {
  say()
  for (const line of wrong) say(`${red('✗')} ${line}`)
  if (wrong.length === 0) say(`${green('✓')} Every flow was right (${(elapsedMs / 1000).toFixed(1)} s).`)
  return wrong.length === 0 ? 0 : 1
}
