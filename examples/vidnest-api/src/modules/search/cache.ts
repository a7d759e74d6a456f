import { createHash } from 'node:crypto'
import type { Caches } from '../../config/caches.ts'
import type { Times } from '../../config/times.ts'
import { tags } from '../tags.ts'
import { VideoPage } from '../videos/schema.ts'

/** What is cached of searches: with its key, its life, and how it goes stale. */
export type SearchCache = ReturnType<typeof defineSearchCache>

export function defineSearchCache({ values }: Caches, times: Times) {
  return {
    /**
     * Goes stale when a video in it is removed or unpublished; an old title may show until the end of its life. Loaded by
     * whoever knows the query behind its name.
     */
    results: values.define({
      key: 'search:{query}:page:{page}',
      policy: times.lives('15m', 'REDIS_SEARCH_TTL'),
      tags: () => [tags.anyFound],
      valueTags: ({ videos }) => videos.map(({ id }) => tags.found({ id })),
      schema: VideoPage,
    }),
  }
}

/**
 * What stands for a query in a key: the query itself, or the hash of one that may hold an e-mail address, since no name may.
 * Queries come in small letters, so that none can be taken for a hash.
 */
export function queryName(query: string): string {
  return query.includes('@') ? `SHA256-${createHash('sha256').update(query).digest('base64url')}` : query
}
