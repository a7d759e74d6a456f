import { connectIoredis } from '../contestants/connect-ioredis.ts'
import { longestCommandMs, unseenMs, watchCommands } from '../measure/server-figures.ts'
import { idsUpTo, video } from '../payloads.ts'
import { countingLoader, fill } from './fill.ts'
import { NoSuchCall, type Bench, type Samples, type Workload } from './workload.ts'

async function run(bench: Bench): Promise<Samples> {
  const ids = idsUpTo(bench.scale.taggedEntries)
  const loader = countingLoader(video)
  const subject = await bench.open({ tier: 'redis', load: loader.load, tags: () => ['videos'] })
  const { invalidateTag } = subject
  if (invalidateTag === undefined) throw new NoSuchCall('tags')
  const admin = await connectIoredis(bench.url)
  const times: number[] = []
  const longest: number[] = []
  for (let round = 0; round < bench.scale.repeats; round += 1) {
    await fill(subject, ids, loader)
    await watchCommands(admin)
    const startedAt = performance.now()
    await invalidateTag('videos')
    times.push(performance.now() - startedAt)
    longest.push(await longestCommandMs(admin))
    const before = loader.runs()
    for (const id of ids.slice(0, 20)) await subject.read(id)
    if (loader.runs() !== before + 20) throw new Error('an invalidated entry was still a hit')
  }
  await Promise.all([subject.close(), admin.quit()])
  return { time: { own: times }, longest: { own: longest } }
}

export const tagInvalidation: Workload = {
  name: 'tag-invalidation',
  title: 'Invalidate 10,000 entries by their tag',
  about:
    'From the call until its promise resolves, and the longest time for which one command held Redis up (SLOWLOG).',
  tiers: ['redis'],
  columns: [
    { id: 'time', title: 'time', unit: 'ms', shown: 'value', better: 'less', aim: 1 },
    {
      id: 'longest',
      title: 'longest Redis command',
      unit: 'ms',
      shown: 'value',
      better: 'less',
      aim: 0.1,
      limit:
        'it is one script over one marker, whatever the number of entries; SLOWLOG rounds, and counts what the machine did in between.',
      unseen: unseenMs,
    },
  ],
  run,
}
