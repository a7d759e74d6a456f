import { z } from 'zod'

/** Categories of videos. */
export const categories = [
  'music',
  'gaming',
  'education',
  'science',
  'sports',
  'news',
  'travel',
  'cooking',
] as const

/** Who made a video, as far as everybody may see. */
const OwnerCard = z.object({ id: z.string(), username: z.string(), fullName: z.string(), avatar: z.string() })

/** A video as it is cached: without counts, which are read from the counters. */
export const VideoDto = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  category: z.string(),
  tags: z.array(z.string()),
  videoFile: z.string(),
  thumbnail: z.string(),
  duration: z.number(),
  isPublished: z.boolean(),
  createdAt: z.string(),
  owner: OwnerCard,
})
export type VideoDto = z.infer<typeof VideoDto>

/** A page of videos as it is cached. */
export const VideoPage = z.object({ videos: z.array(VideoDto), totalVideos: z.number() })
export type VideoPage = z.infer<typeof VideoPage>

const objectId = z.string().regex(/^[0-9a-f]{24}$/, 'must be an id of 24 hexadecimal digits')
export const IdParams = z.strictObject({ id: objectId })

const pageNumber = z.coerce.number().int().min(1).max(100_000)

export const ListQuery = z.strictObject({
  page: pageNumber.default(1),
  limit: z.coerce.number().int().min(1).max(50).default(10),
  sortBy: z.enum(['createdAt', 'views', 'duration', 'title']).default('createdAt'),
  sortType: z.enum(['desc', 'asc']).default('desc'),
  category: z.enum(categories).optional(),
  owner: objectId.optional(),
})
export type ListQuery = z.infer<typeof ListQuery>

export const TrendingQuery = z.strictObject({ category: z.enum(categories).optional() })

export const SearchQuery = z.strictObject({
  q: z.string().trim().min(1).max(200),
  page: pageNumber.default(1),
})

const title = z.string().trim().min(1).max(150)
const description = z.string().trim().max(5000)
const tagList = z.array(z.string().trim().min(1).max(40)).max(20)

/** Fields of an upload; multipart has text only, so tags come divided by commas. */
export const UploadBody = z.strictObject({
  title,
  description: description.default(''),
  category: z.enum(categories),
  tags: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
    )
    .pipe(tagList),
  duration: z.coerce.number().min(0).max(86_400).default(0),
})

export const EditBody = z
  .strictObject({ title, description, category: z.enum(categories), tags: tagList })
  .partial()
  .refine((body) => Object.keys(body).length > 0, { message: 'must change something' })
