import type { Change } from '../memory/change.ts'

/** What caches of a namespace tell each other. */
export interface BusMessage {
  /** Random name of the cache that publishes. */
  readonly from: string
  /** Number of this change, or of the last one: its messages are numbered from 1. */
  readonly number: number
  /** `undefined` for a heartbeat. */
  readonly change: Change | undefined
}

const formatVersion = 1

/** Most names in one message; more are told as a change of everything. */
const mostNames = 1000

/** `[version, from, number]` for a heartbeat, and `[…, keys, tags, all]` for a change. */
export function encodeMessage({ from, number, change }: BusMessage): string {
  const head = [formatVersion, from, number]
  if (change === undefined) return JSON.stringify(head)
  const { keys, tags, all } = change
  return JSON.stringify(
    all || keys.length + tags.length > mostNames ? [...head, [], [], true] : [...head, keys, tags, false],
  )
}

/** Reads a message; `undefined` for what is none. A change of a later format is one of everything. */
export function decodeMessage(text: string): BusMessage | undefined {
  const parts = parseArray(text)
  const [version, from, number, keys, tags, all] = parts ?? []
  if (typeof from !== 'string' || !Number.isSafeInteger(number)) return undefined
  const message = { from, number: number as number }
  if (parts?.length === 3) return { ...message, change: undefined }
  const isKnown = version === formatVersion && isTextList(keys) && isTextList(tags) && all === false
  return { ...message, change: isKnown ? { keys, tags, all } : everything }
}

const everything: Change = { keys: [], tags: [], all: true }

function parseArray(text: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
