import { connectIoredis } from '../contestants/connect-ioredis.ts'
import { quantile } from '../measure/statistics.ts'
import type { Observed, ProbeRequest, ProbeTask } from './probe-process.ts'
import { argumentOfParent } from './spawn-node.ts'

const { url } = argumentOfParent() as ProbeTask
const redis = await connectIoredis(url)
let pending: Promise<number>[] = []
let timer: NodeJS.Timeout | undefined

async function timedGet(): Promise<number> {
  const startedAt = performance.now()
  await redis.get('probe')
  return performance.now() - startedAt
}

async function observed(): Promise<Observed> {
  clearInterval(timer)
  // Short sweeps still give a time.
  pending.push(timedGet())
  const times = await Promise.all(pending)
  pending = []
  return { p50Ms: quantile(times, 0.5), p90Ms: quantile(times, 0.9) }
}

async function answer(request: ProbeRequest): Promise<unknown> {
  if (request === 'stop') return observed()
  timer = setInterval(() => pending.push(timedGet()), 1)
  return 'started'
}

process.on('message', (request: ProbeRequest) => {
  void answer(request).then((reply) => process.send?.(reply))
})
process.send?.('ready')
