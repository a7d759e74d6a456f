import { createCache } from '../../src/index.ts'
import { connect } from './connect.ts'
import { counterSink, type CounterCrashPoint } from './counter-sink.ts'
import { stopAtScripts } from './stop-at-scripts.ts'

/** Counts and flushes, up to the point where it is to be killed. The sink is in the same server. */
const [url = '', namespace = '', job = '', point = ''] = process.argv.slice(2)
const redis = await connect(url)
const source = await connect(url)

const { stopAt, client } = await stopAtScripts(redis, point)
const cache = createCache({ redis: client, namespace, redisTimeout: '60s' })
const sink = counterSink(source, namespace)
const reached = (name: CounterCrashPoint): Promise<void> => stopAt(name)
const counter = cache.counter({
  key: 'views:{id}',
  seed: async ({ id }) => sink.read(`views:${String(id)}`),
  sink: {
    lastApplied: async (shard) => {
      await reached('before lastApplied')
      const last = await sink.lastApplied(shard)
      await reached('after lastApplied')
      return last
    },
    apply: async (batch) => {
      await reached('before apply')
      const [first, ...others] = batch.deltas
      await sink.apply({ ...batch, deltas: first === undefined ? [] : [first] }, false)
      await reached('in the middle of apply')
      await sink.apply({ ...batch, deltas: others }, true)
      await reached('after apply')
    },
  },
})

if (job === 'increment') await counter.increment({ id: 1 })
if (job === 'flush') await counter.flush()
process.exit(0)
