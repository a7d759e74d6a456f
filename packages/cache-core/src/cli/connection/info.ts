import type { RedisLike } from '../../redis/redis-like.ts'

/** The fields of INFO; `undefined` where it is refused. */
export async function infoFields(
  server: RedisLike,
  section?: string,
): Promise<ReadonlyMap<string, string> | undefined> {
  const text = await unlessRefused(server.call('INFO', ...(section === undefined ? [] : [section])))
  return typeof text === 'string' ? parseInfo(text) : undefined
}

/** Reads what INFO answers. */
export function parseInfo(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1))
  }
  return fields
}

/** What a command answers; `undefined` where this user or this server does not allow it. */
export async function unlessRefused<Reply>(reply: Promise<Reply>): Promise<Reply | undefined> {
  try {
    return await reply
  } catch (error) {
    if (error instanceof Error && /^(?:NOPERM|ERR)\b/.test(error.message)) return undefined
    throw error
  }
}

/** `standalone`, `sentinel` or `cluster`; Valkey calls the field otherwise. */
export function modeOf(info: ReadonlyMap<string, string>): string | undefined {
  return info.get('server_mode') ?? info.get('redis_mode')
}

/** Product and version: `valkey 9.1.2`, `redis 7.0.15`. */
export function productOf(info: ReadonlyMap<string, string>): string {
  const valkey = info.get('valkey_version')
  return valkey === undefined
    ? `redis ${info.get('redis_version') ?? 'of unknown version'}`
    : `valkey ${valkey}`
}
