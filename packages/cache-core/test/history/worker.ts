import { createCache, type Cache, type InvalidateTarget } from '../../src/index.ts'
import { Lead } from '../../src/read-through/lead.ts'
import { connect } from '../support/connect.ts'
import { mutants, type MutantName } from './mutants.ts'
import { now, type Line } from './operation.ts'
import { seededRandom } from './seeded-random.ts'
import { checksumOf, Source, type Row } from './source.ts'

/** How a process of the experiment is set up; the only argument, as JSON. */
export interface WorkerOptions {
  readonly process: number
  readonly seed: number
  readonly clients: number
  readonly keys: number
  readonly url: string
  readonly sourceUrl: string
  readonly namespace: string
  readonly ttl: `${number}s`
  readonly writeShare: number
  readonly strict: boolean
  readonly mutant: MutantName
  /** Life of an entry in the near tier; 0 for no near tier. */
  readonly nearMs: number
  readonly redisTimeout: `${number}ms`
  /** Whether entries carry no tags, and are invalidated by their keys only. */
  readonly keysOnly: boolean
}

const options = JSON.parse(process.argv[2] ?? '{}') as WorkerOptions
const { clients, keys, namespace, writeShare } = options
const random = seededRandom(options.seed)
const source = new Source(await connect(options.sourceUrl), random)
const cache: Cache = createCache({
  redis: mutants[options.mutant](await connect(options.url)),
  namespace,
  redisTimeout: options.redisTimeout,
  memory: options.nearMs > 0 && { ttl: `${options.nearMs}ms` },
})
const rows = cache.define({
  key: 'row:{id}',
  policy: { ttl: options.ttl, negativeTtl: options.ttl, jitter: 0.1 },
  load: async ({ id }) => {
    write({ kind: 'load', key: Number(id), at: now() })
    return source.read(Number(id))
  },
  tags: ({ id }) => (options.keysOnly ? [] : ['rows', `row:${String(id)}`]),
  valueTags: (row) => (row === null || options.keysOnly ? [] : [`late:${String(row.key)}`]),
})
noteUnstoredLoads()
let running = true

function write(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** The loader does not know whether its value may be stored, and who loads does. */
function noteUnstoredLoads(): void {
  const { loadUnstored } = Lead.prototype
  Lead.prototype.loadUnstored = function (this: Lead, request, audience) {
    write({ kind: 'alone', key: Number(request.bareKey.slice('row:'.length)), at: now() })
    return loadUnstored.call(this, request, audience)
  }
}

async function read(client: string, key: number): Promise<void> {
  const start = now()
  const way = random()
  const fresh = way < 0.05
  const row = await (fresh
    ? rows.refresh({ id: key })
    : way < 0.2
      ? rowOfBatch(key)
      : rows.getOrSet({ id: key }))
  write({
    kind: 'read',
    client,
    key,
    start,
    end: now(),
    version: row?.version ?? 0,
    readAt: row?.readAt ?? Infinity,
    intact: row === null || (row.key === key && row.checksum === checksumOf(row.key, row.version)),
    fresh,
  })
}

async function rowOfBatch(key: number): Promise<Row | null> {
  const ids = [key, (key + 1) % keys, (key + 2) % keys].map((id) => ({ id }))
  const [row = null] = await rows.getOrSetMany(ids)
  return row
}

/** Commits a new version, and has it replace the old one in one of the ways there are. */
async function change(client: string, key: number): Promise<void> {
  const start = now()
  let version = 0
  let invalidatedAt = 0
  const commit = async (): Promise<Row> => {
    version = await source.commit(key)
    write({ kind: 'commit', key, version, at: now() })
    await source.pause(3)
    invalidatedAt = now()
    return { key, version, readAt: invalidatedAt, checksum: checksumOf(key, version) }
  }
  const acknowledged = await (options.strict ? guarded(key, commit) : plain(key, commit)).then(
    () => true,
    () => false,
  )
  if (version === 0) return
  write({ kind: 'write', client, key, start, end: now(), version, invalidatedAt, acknowledged })
}

async function guarded(key: number, commit: () => Promise<Row>): Promise<void> {
  await cache.guard(random() < 0.7 ? { key: `row:${String(key)}` } : { tag: `row:${String(key)}` }, commit)
}

async function plain(key: number, commit: () => Promise<Row>): Promise<void> {
  if (!options.keysOnly && random() < 0.2) {
    await rows.writeThrough({ id: key }, commit)
    return
  }
  await commit()
  await cache.invalidate(targetOf(key))
}

function targetOf(key: number): InvalidateTarget {
  const id = String(key)
  if (options.keysOnly) return { key: `row:${id}` }
  const all: InvalidateTarget[] = [
    { key: `row:${id}` },
    { key: `row:${id}` },
    { tag: `row:${id}` },
    { pattern: `row:${id}` },
    rows.targetMatching({ id: key }),
  ]
  return all[Math.floor(random() * all.length)] ?? 'all'
}

async function client(name: string): Promise<void> {
  while (running) {
    const key = Math.floor(random() * keys)
    await (random() < writeShare ? change(name, key) : read(name, key))
    await source.pause(2)
  }
}

process.stdin.once('data', () => (running = false))
process.stdin.once('end', () => (running = false))
await Promise.all(
  Array.from({ length: clients }, (_, index) => client(`${String(options.process)}:${String(index)}`)),
)
await cache.close()
const { hits, memoryHits, misses, fillsDiscarded } = cache.stats()
write({ kind: 'summary', hits, memoryHits, misses, fillsDiscarded })
process.exit(0)
