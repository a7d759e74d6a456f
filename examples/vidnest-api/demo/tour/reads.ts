import type { Client } from './client.ts'
import { table } from './table.ts'

/** A read that is made twice. */
export interface TwiceRead {
  readonly name: string
  readonly path: string
}

const names: Readonly<Record<string, string>> = {
  redis: 'Redis',
  mongodb: 'MongoDB',
  'redis+mongodb': 'Redis + MongoDB',
  none: '–',
}

/** Makes each read twice and prints how long it took and where the answer came from; tells what was not as it should. */
export async function readTwice(
  client: Client,
  reads: readonly TwiceRead[],
): Promise<{ text: string; wrong: string[] }> {
  const rows: string[][] = [['Operation', 'first', 'from', 'second', 'from']]
  const wrong: string[] = []
  for (const { name, path } of reads) {
    const [first, second] = [await client.ask(path), await client.ask(path)]
    rows.push([
      name,
      ms(first.elapsedMs),
      names[first.source] ?? '',
      ms(second.elapsedMs),
      names[second.source] ?? '',
    ])
    if (first.status !== 200 || second.status !== 200)
      wrong.push(`${name} answered ${String(first.status)} and ${String(second.status)}`)
    if (!second.source.startsWith('redis')) wrong.push(`${name} was not answered from Redis the second time`)
    if (JSON.stringify(first.data) !== JSON.stringify(second.data))
      wrong.push(`${name} answered differently the second time`)
  }
  return { text: table(rows), wrong }
}

function ms(elapsedMs: number): string {
  return `${elapsedMs.toFixed(1)} ms`.padStart(9)
}
