import type { RedisArgument, RedisLike } from './redis-like.ts'

/** A Lua script and the SHA-1 by which a server that has seen it knows it. */
export interface Script {
  readonly sha: string
  readonly lua: string
}

/**
 * Runs a script by its SHA; only a server that does not know it (NOSCRIPT) is sent the text. Any other error is final: to
 * repeat a script whose reply was lost could do its work twice. Never use it inside MULTI, where NOSCRIPT would lose a step.
 */
export async function runScript(
  client: RedisLike,
  script: Script,
  call: { readonly keys: readonly string[]; readonly args: readonly RedisArgument[] },
): Promise<unknown> {
  const rest = [call.keys.length, ...call.keys, ...call.args]
  try {
    return await client.call('EVALSHA', script.sha, ...rest)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return client.call('EVAL', script.lua, ...rest)
  }
}

/** Tells a server scripts before they are needed: what has to be sent once more comes after what was sent meanwhile. */
export function teachScripts(client: RedisLike, known: readonly Script[]): void {
  for (const { lua } of known) client.call('SCRIPT', 'LOAD', lua).catch(() => undefined)
}
