import type { KeyValue } from '@vidnest/cache-core'
import { trusted, type QueryFilter, type Types } from 'mongoose'
import type { Models } from '../../models/models.ts'
import type { Video } from '../../models/video.ts'
import type { VideoDto, VideoPage } from './schema.ts'

/** Which page of published videos, as the key of a cached page has it. */
export interface PageQuery {
  readonly page: KeyValue
  readonly limit: KeyValue
  readonly sortBy: KeyValue
  readonly sortType: KeyValue
  readonly category?: KeyValue | undefined
  readonly owner?: KeyValue | undefined
}

const trendingSize = 20

type VideoRow = Omit<Video, '_counters' | 'updatedAt'>

/** The published video; `null` when there is none. */
export async function findPublished(models: Models, id: string): Promise<VideoDto | null> {
  const row = await models.Video.findOne({ _id: id, isPublished: true }).lean<VideoRow>()
  if (row === null) return null
  const [video = null] = await withOwners(models, [row])
  return video
}

/** The video, published or not: for its owner, straight from MongoDB. */
export async function findOwn(models: Models, id: string, owner: string): Promise<VideoDto | null> {
  const row = await models.Video.findOne({ _id: id, owner }).lean<VideoRow>()
  if (row === null) return null
  const [video = null] = await withOwners(models, [row])
  return video
}

export async function findPage(models: Models, query: PageQuery): Promise<VideoPage> {
  const page = Number(query.page)
  const limit = Number(query.limit)
  const filter: QueryFilter<Video> = { isPublished: true }
  if (query.category !== undefined) filter.category = String(query.category)
  if (query.owner !== undefined) filter.owner = String(query.owner)
  const direction = query.sortType === 'asc' ? 1 : -1
  const [rows, totalVideos] = await Promise.all([
    models.Video.find(filter)
      .sort({ [String(query.sortBy)]: direction, _id: direction })
      .skip((page - 1) * limit)
      .limit(limit)
      .lean<VideoRow[]>(),
    models.Video.countDocuments(filter),
  ])
  return { videos: await withOwners(models, rows), totalVideos }
}

export async function findTrending(models: Models, category: KeyValue | undefined): Promise<VideoPage> {
  const filter: QueryFilter<Video> = {
    isPublished: true,
    ...(category !== undefined && { category: String(category) }),
  }
  const rows = await models.Video.find(filter)
    .sort({ views: -1, _id: -1 })
    .limit(trendingSize)
    .lean<VideoRow[]>()
  return { videos: await withOwners(models, rows), totalVideos: rows.length }
}

/** Puts the owners' cards to the videos; a video whose owner is gone is left out. */
export async function withOwners(models: Models, rows: readonly VideoRow[]): Promise<VideoDto[]> {
  const ids = [...new Set(rows.map((row) => String(row.owner)))]
  const cardFields = { username: 1, fullName: 1, avatar: 1 } as const
  const owners = await models.User.find({ _id: trusted({ $in: ids }) }, cardFields).lean<
    { _id: Types.ObjectId; username: string; fullName: string; avatar: string }[]
  >()
  const cards = new Map(owners.map((owner) => [String(owner._id), owner]))
  return rows.flatMap((row) => {
    const owner = cards.get(String(row.owner))
    return owner === undefined ? [] : [toDto(row, owner)]
  })
}

function toDto(row: VideoRow, owner: { username: string; fullName: string; avatar: string }): VideoDto {
  return {
    id: String(row._id),
    title: row.title,
    description: row.description,
    category: row.category,
    tags: [...row.tags],
    videoFile: row.videoFile,
    thumbnail: row.thumbnail,
    duration: row.duration,
    isPublished: row.isPublished,
    createdAt: row.createdAt.toISOString(),
    owner: {
      id: String(row.owner),
      username: owner.username,
      fullName: owner.fullName,
      avatar: owner.avatar,
    },
  }
}
