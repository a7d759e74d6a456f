/** Bytes of a video as JSON: that of the study whose aims the report checks. */
const videoBytes = 1_540

function bareVideo(id: string): Record<string, unknown> {
  return {
    id: `65f0c0ffee${id.padStart(14, '0')}`,
    title: `How we cut the cold start of the player in half, part ${id}`,
    description: '',
    videoUrl: `https://media.example.org/videos/65f0c0ffee${id}/master.m3u8`,
    thumbnailUrl: `https://media.example.org/videos/65f0c0ffee${id}/cover.avif`,
    durationSeconds: 754.32,
    views: 183_204,
    likes: 9_731,
    isPublished: true,
    category: 'engineering',
    tags: ['performance', 'streaming', 'node', 'redis'],
    owner: {
      id: '65f0c0ffee00000000000001',
      username: 'ann',
      fullName: 'Ann Example',
      avatar: 'https://media.example.org/avatars/ann.avif',
      subscribers: 52_113,
    },
    renditions: [240, 480, 720, 1080].map((height) => ({ height, kbps: height * 4, codec: 'av1' })),
    createdAt: '2026-03-01T09:30:00.000Z',
    updatedAt: '2026-03-04T17:05:12.000Z',
  }
}

/** A video of 1,540 bytes as JSON, whatever its id. */
export function video(id: string): Record<string, unknown> {
  const bare = bareVideo(id)
  const rest = videoBytes - JSON.stringify(bare).length
  return { ...bare, description: 'A talk about what a page waits for. '.repeat(40).slice(0, rest) }
}

/** A list page of ten videos, 15.7 KB as JSON. */
export function listPage(id: string): Record<string, unknown> {
  const videos = Array.from({ length: 10 }, (_, index) => video(`${id}${String(index)}`))
  return {
    videos,
    page: 1,
    limit: 10,
    total: 48_211,
    sort: '-createdAt',
    facets: { category: 'all', tag: [] },
    next: `/videos?page=2&cursor=${id.padStart(160, '0')}`,
  }
}

/** A count of 4 digits. */
export function counter(id: string): number {
  return 1_000 + (Number(id) % 9_000)
}

/** The numbers from 0 as texts. */
export function idsUpTo(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index)}`)
}
