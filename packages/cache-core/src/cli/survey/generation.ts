import type { KeyNames } from '../../store/key-names.ts'
import type { Connection } from '../connection/connection.ts'

/** What a namespace's generation says. */
export interface Generation {
  /** Raised by each invalidation of a tag; the server's time in µs, or more. */
  readonly number: number
  /** What was stored under another one is not used. */
  readonly epoch: string
  /** Run ids of the servers that the epoch covers. */
  readonly runIds: readonly string[]
}

/** Reads a namespace's generation; `undefined` when there is none. */
export async function readGeneration(
  { client }: Connection,
  names: KeyNames,
): Promise<Generation | undefined> {
  const text = await client.call('GET', names.generation)
  return typeof text === 'string' ? parseGeneration(text) : undefined
}

/** Reads `'<generation> <epoch> <run ids>'`. */
export function parseGeneration(text: string): Generation {
  const [number = '', epoch = '', runIds = ''] = text.split(' ')
  return { number: Number(number), epoch, runIds: runIds === '' ? [] : runIds.split(',') }
}
