import { setTimeout as sleep } from 'node:timers/promises'
import { contestantNamed } from '../contestants/all-contestants.ts'
import { video } from '../payloads.ts'
import type { HerdRequest, HerdTask } from './herd-member-process.ts'
import { argumentOfParent } from './spawn-node.ts'

const { contestant, url } = argumentOfParent() as HerdTask
let loads = 0
const subject = await contestantNamed(contestant).open({
  url,
  tier: 'redis',
  namespace: 'peers',
  maxEntries: 1_000,
  load: async (id) => {
    loads += 1
    await sleep(50)
    return video(id)
  },
})

async function read({ id, at, callers }: HerdRequest): Promise<number> {
  const before = loads
  await sleep(Math.max(0, at - Date.now()))
  await Promise.all(Array.from({ length: callers }, () => subject.read(id)))
  return loads - before
}

process.on('message', (request: HerdRequest) => {
  void read(request).then((runs) => process.send?.(runs))
})
// The first read connects, compiles and warms up.
await read({ id: `warm${String(process.pid)}`, at: 0, callers: 1 })
process.send?.('ready')
