import type { FaultProxy, RedisServer } from '@vidnest/services'
import type { Redis } from 'ioredis'
import type { Crew } from './crew.ts'

/** What a fault may lay hands on. */
export interface Victims {
  readonly server: RedisServer
  /** The link of all processes to the server. */
  readonly link: FaultProxy
  readonly admin: Redis
  readonly crew: Crew
  readonly namespace: string
  readonly random: () => number
}

export type FaultName =
  | 'freeze the server'
  | 'reset the connections'
  | 'hold back what the server says'
  | 'refuse connections'
  | 'lose a reply'
  | 'restart the server'
  | 'flush all'
  | 'evict'
  | 'forget the scripts'
  | 'freeze a process'
  | 'kill a process'

/** Longer than a lease lives. */
const longFreezeMs = 3500

/** Each fault is over when its promise resolves. */
const faults: Readonly<Record<FaultName, (victims: Victims) => Promise<void>>> = {
  'freeze the server': async ({ server, random }) => {
    await server.pause()
    await pause(100 + 250 * random())
    await server.resume()
  },
  'reset the connections': ({ link }) => Promise.resolve(link.resetAll()),
  'hold back what the server says': async ({ link, random }) => {
    await link.set({ toClient: { blackHole: true } })
    await pause(100 + 250 * random())
    await link.heal()
  },
  'refuse connections': async ({ link }) => {
    await link.set({ accept: 'refuse' })
    link.resetAll()
    await pause(200)
    await link.heal()
  },
  // A script that was done, and whose caller does not know it.
  'lose a reply': ({ link, random }) =>
    Promise.race([link.loseReply({ command: 'EVALSHA', after: Math.floor(20 * random()) }), pause(500)]),
  'restart the server': async ({ server }) => {
    await server.kill()
    await server.restart()
  },
  'flush all': async ({ admin }) => {
    await admin.flushall()
  },
  evict: async ({ admin, namespace, random }) => {
    const names = await admin.keys(`*${namespace}:*`)
    const evicted = names.filter(() => random() < 0.3)
    if (evicted.length > 0) await admin.unlink(evicted)
  },
  'forget the scripts': async ({ admin }) => {
    await admin.call('SCRIPT', 'FLUSH')
  },
  'freeze a process': async ({ crew, random }) => {
    const worker = crew.pick(random())
    worker.kill('SIGSTOP')
    await pause(longFreezeMs)
    worker.kill('SIGCONT')
  },
  'kill a process': ({ crew, random }) => crew.replace(crew.pick(random())),
}

/** Lets faults happen, one after the other, until the time is over; returns how often each one did. */
export async function torment(
  victims: Victims,
  names: readonly FaultName[],
  durationMs: number,
): Promise<Map<FaultName, number>> {
  const happened = new Map<FaultName, number>()
  const until = performance.now() + durationMs
  // Each at least once, however slow the machine is.
  for (let turn = 0; turn < names.length || performance.now() < until; turn += 1) {
    const name = names[turn % names.length] ?? 'flush all'
    await pause(100 + 300 * victims.random())
    await faults[name](victims).catch(() => undefined)
    happened.set(name, (happened.get(name) ?? 0) + 1)
  }
  return happened
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
