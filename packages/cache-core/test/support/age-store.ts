import type { RedisLike } from '../../src/index.ts'

/** Makes one key older by ARGV[1] ms: its life, and every time that it holds. */
const ageScript = `
local ms = tonumber(ARGV[1])
local left = redis.call('PTTL', KEYS[1])
local function earlier(text) return string.format('%0' .. #text .. '.0f', math.max(0, tonumber(text) - ms)) end
if redis.call('TYPE', KEYS[1]).ok == 'zset' then
  for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZINCRBY', KEYS[1], -ms, member) end
else
  local text = redis.call('GET', KEYS[1]) or ''
  if string.sub(text, 1, 2) == 'V1' then
    for _, at in ipairs({ 42, 63, 76 }) do
      local time = string.sub(text, at + 1, at + 13)
      if time ~= '9999999999999' and tonumber(time) > 0 then redis.call('SETRANGE', KEYS[1], at, earlier(time)) end
    end
  elseif string.match(string.sub(text, 1, 33), '^%d+ %d+$') and #text > 33 then
    local barriers = string.gsub(string.sub(text, 34), ':(%d+)', function(time) return ':' .. earlier(time) end)
    redis.call('SET', KEYS[1], string.sub(text, 1, 33) .. barriers)
  end
end
if left >= 0 and left <= ms then redis.call('UNLINK', KEYS[1]) elseif left > ms then redis.call('PEXPIRE', KEYS[1], left - ms) end
`

/** Makes everything of a namespace older by `ms`, as time would if it could be moved: Redis' own cannot. */
export async function ageNamespace(
  client: RedisLike,
  nodes: readonly RedisLike[],
  { namespace, ms }: { readonly namespace: string; readonly ms: number },
): Promise<void> {
  for (const node of nodes) {
    for (const glob of [`${namespace}:*`, `{${namespace}:*`]) {
      for (const name of await namesOn(node, glob)) await client.call('EVAL', ageScript, 1, name, ms)
    }
  }
}

async function namesOn(node: RedisLike, glob: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  let cursor = '0'
  do {
    const [next, page] = (await node.call('SCAN', cursor, 'MATCH', glob, 'COUNT', 1000)) as [string, string[]]
    for (const name of page) names.add(name)
    cursor = next
  } while (cursor !== '0')
  return names
}
