import type { Profiler } from 'node:inspector'

/** What V8's sampling profiler recorded; a `.cpuprofile` file holds it as JSON. */
export type Profile = Profiler.Profile

/** Share of the recorded time that something took, from 0 to 1. */
export interface TimeShare {
  readonly name: string
  readonly share: number
}

/** One part of the program, with the functions that took most of it. */
export interface PartShare extends TimeShare {
  readonly functions: readonly TimeShare[]
}

type CallFrame = Profiler.ProfileNode['callFrame']

/** Native functions that are worth a line, by the name that the profiler gives them. */
const socketWrites = new Set(['writeUtf8String', 'writeLatin1String', 'writeBuffer', 'writev'])

/** `undefined` for what is no work of the program: nothing to do, or the recording itself. */
function partOf({ functionName, url }: CallFrame): string | undefined {
  if (functionName === '(idle)' || url.startsWith('node:inspector')) return undefined
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (socketWrites.has(functionName) && url === '') return 'writing to the socket'
  if (url === '' || url.startsWith('node:')) return 'Node.js and V8'
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  if (dependency !== undefined) return dependency
  return url.includes('/packages/cache-core/') ? '@vidnest/cache-core' : 'the benchmark itself'
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time)
}

function shares(times: ReadonlyMap<string, number>, total: number): TimeShare[] {
  return [...times]
    .map(([name, time]) => ({ name, share: time / total }))
    .toSorted((a, b) => b.share - a.share)
}

/** Where the time went, by part of the program, the largest first. */
export function partShares({ nodes, samples = [], timeDeltas = [] }: Profile): PartShare[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const parts = new Map<string, number>()
  const functions = new Map<string, Map<string, number>>()
  let total = 0
  samples.forEach((node, index) => {
    const frame = frames.get(node)
    const part = frame === undefined ? undefined : partOf(frame)
    if (frame === undefined || part === undefined) return
    const time = timeDeltas[index] ?? 0
    const own = functions.get(part) ?? new Map<string, number>()
    functions.set(part, own)
    add(parts, part, time)
    if (frame.functionName !== '' && !frame.functionName.startsWith('(')) add(own, frame.functionName, time)
    total += time
  })
  return shares(parts, total).map((part) => ({
    ...part,
    functions: shares(functions.get(part.name) ?? new Map(), total),
  }))
}
