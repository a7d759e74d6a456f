import { defineTag } from '@vidnest/cache-core'

/** Tags by which a write in one area makes values of several areas stale. */
export const tags = {
  /** Everything that shows any video: for writes of which it is not known what they changed. */
  anyVideo: 'videos',
  /** Pages and trending of all categories and owners. */
  unfiltered: 'videos:unfiltered',
  category: defineTag('videos:category:{category}'),
  owner: defineTag('videos:owner:{owner}'),
  /** Search results that hold the video: told only when it is gone, since a title may lag there. */
  found: defineTag('video-found:{id}'),
  /** All search results: for videos that may be gone without it being known which. */
  anyFound: 'videos:found',
  /** Everything that shows the user's name or picture beside something else. */
  ownerCard: defineTag('owner-card:{id}'),
} as const
