import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { mongoUri, redisUrl } from '../support/servers.ts'
import { openStreamWorld, type StreamWorld } from '../support/stream-world.ts'

const program = fileURLToPath(new URL('../support/leader-process.ts', import.meta.url))

let world: StreamWorld
let leader: ChildProcess | undefined
beforeEach(async () => {
  world = await openStreamWorld()
})
afterEach(async () => {
  leader?.kill('SIGKILL')
  await world.close()
})

/** Starts a process that leads; the result resolves to what it says first that fits. */
function startLeader(): (line: RegExp) => Promise<void> {
  const args = [mongoUri(), world.connection.name, redisUrl(), world.cache.namespace]
  const child = spawn(process.execPath, ['--conditions=@vidnest/source', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  leader = child
  const lines = createInterface({ input: child.stdout })
  const said: string[] = []
  lines.on('line', (line) => said.push(line))
  return async (wanted) => {
    while (!said.some((line) => wanted.test(line))) await once(lines, 'line')
  }
}

it('another process takes over from a leader that is killed, and misses no write', async () => {
  const titles = Array.from({ length: 60 }, (_, index) => ({ title: `old ${String(index)}` }))
  const videos = await world.Video.create(titles, { ordered: true })
  const leaderSays = startLeader()
  await leaderSays(/^leads/)
  await world.attach()
  for (const { _id } of videos) expect(await world.video(_id)).toContain('old')
  const retitle = async (from: number, to: number): Promise<void> => {
    for (const { _id } of videos.slice(from, to)) {
      await world.foreign.collection('videos').updateOne({ _id }, { $set: { title: 'new' } })
    }
  }
  await retitle(0, 20)
  await leaderSays(/^told/)
  const writing = retitle(20, 40)
  leader?.kill('SIGKILL')
  await writing
  await retitle(40, 60)
  for (const { _id } of videos) await world.settles(_id, 'new')
  expect(world.gaps).toEqual([])
})
