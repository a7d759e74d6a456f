import type { Context } from './context.ts'
import { categories, ListQuery } from './modules/videos/schema.ts'

/** Fills what the first visitors will ask for: trending by category, and the first pages. */
export async function warmCaches({ caches, videos, config, log }: Context): Promise<void> {
  if (!config.CACHE) return
  const first = ListQuery.parse({})
  const { loaded, failed } = await caches.values.warm([
    () => videos.trending.getOrSet({}),
    ...categories.map((category) => () => videos.trending.getOrSet({ category })),
    ...[1, 2, 3].map((page) => () => videos.list.getOrSet({ ...first, page })),
  ])
  log.info({ loaded, failed }, 'the caches are warm')
}
