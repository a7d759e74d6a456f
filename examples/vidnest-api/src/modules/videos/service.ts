import type { RequestSession } from '@vidnest/express-middleware'
import type { Context } from '../../context.ts'
import { ApiError } from '../../http/errors.ts'
import { type CountedVideo, withCounts } from './counted-video.ts'
import { findOwn } from './queries.ts'
import type { ListQuery, VideoDto } from './schema.ts'

/** A page of videos with its place among all. */
export interface CountedPage {
  readonly videos: readonly CountedVideo[]
  readonly page: number
  readonly limit: number
  readonly totalVideos: number
  readonly totalPages: number
}

export async function listVideos({ videos }: Context, query: ListQuery): Promise<CountedPage> {
  const page = await videos.list.getOrSet(query)
  return {
    videos: await withCounts(videos, page.videos),
    page: query.page,
    limit: query.limit,
    totalVideos: page.totalVideos,
    totalPages: Math.ceil(page.totalVideos / query.limit),
  }
}

export async function trendingVideos(
  { videos }: Context,
  category: string | undefined,
): Promise<CountedVideo[]> {
  const page = await videos.trending.getOrSet({ category })
  return withCounts(videos, page.videos)
}

/** The published video, or for its owner also the draft. @throws {ApiError} 404 */
export async function showVideo(
  context: Context,
  id: string,
  viewer: RequestSession | undefined,
): Promise<CountedVideo> {
  const video =
    (await context.videos.one.getOrSet({ id })) ??
    (viewer && (await findOwn(context.models, id, viewer.userId)))
  if (video === null || video === undefined) throw new ApiError(404, 'Video not found')
  return withNumbers(context, video)
}

export interface NewVideo {
  readonly title: string
  readonly description: string
  readonly category: string
  readonly tags: readonly string[]
  readonly duration: number
  readonly videoFile: string
  readonly thumbnail: string
}

export async function createVideo(context: Context, owner: string, video: NewVideo): Promise<CountedVideo> {
  const created = await context.models.Video.create({
    ...video,
    tags: [...video.tags],
    owner,
    isPublished: true,
  })
  return ownVideo(context, String(created._id), owner)
}

/** Changes a video of the owner. @throws {ApiError} 404 for none, 403 for somebody else's. */
export async function editVideo(
  context: Context,
  { id, owner }: { readonly id: string; readonly owner: string },
  change: Readonly<Record<string, unknown>>,
): Promise<CountedVideo> {
  const edited = await context.models.Video.updateOne(
    { _id: id, owner },
    { $set: change },
    { runValidators: true },
  )
  if (edited.matchedCount === 0) throw await refusal(context, id)
  return ownVideo(context, id, owner)
}

/** Publishes a video, or takes it back. @throws {ApiError} 404, 403 */
export async function togglePublished(context: Context, id: string, owner: string): Promise<CountedVideo> {
  const video = await context.models.Video.findOne({ _id: id, owner }, { isPublished: 1 }).lean<{
    isPublished: boolean
  }>()
  if (video === null) throw await refusal(context, id)
  return editVideo(context, { id, owner }, { isPublished: !video.isPublished })
}

/** Removes a video and its files. @throws {ApiError} 404, 403 */
export async function deleteVideo(context: Context, id: string, owner: string): Promise<void> {
  const deleted = await context.models.Video.findOneAndDelete({ _id: id, owner }).lean<{
    videoFile: string
    thumbnail: string
  }>()
  if (deleted === null) throw await refusal(context, id)
  await Promise.all([deleted.videoFile, deleted.thumbnail].map((address) => context.media.remove(address)))
}

/** Counts a view; resolves to all views. @throws {ApiError} 404; {CacheError} when the outcome is unknown. */
export async function countView(context: Context, id: string): Promise<number> {
  const video = await context.videos.one.getOrSet({ id })
  if (video === null) throw new ApiError(404, 'Video not found')
  if (context.config.CACHE) return context.videos.views.increment({ id })
  const counted = await context.models.Video.findByIdAndUpdate(
    id,
    { $inc: { views: 1 } },
    { returnDocument: 'after', timestamps: false },
  )
    .select('views')
    .lean<{ views: number }>()
  return counted?.views ?? 0
}

async function refusal({ models }: Context, id: string): Promise<ApiError> {
  return (await models.Video.exists({ _id: id })) === null
    ? new ApiError(404, 'Video not found')
    : new ApiError(403, 'Only its owner may do this')
}

async function ownVideo(context: Context, id: string, owner: string): Promise<CountedVideo> {
  const video = await findOwn(context.models, id, owner)
  if (video === null) throw new ApiError(404, 'Video not found')
  return withNumbers(context, video)
}

async function withNumbers({ videos }: Context, video: VideoDto): Promise<CountedVideo> {
  const [counted] = await withCounts(videos, [video])
  return counted ?? { ...video, views: 0, likes: 0, dislikes: 0 }
}
