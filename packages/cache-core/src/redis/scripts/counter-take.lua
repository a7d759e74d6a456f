--[[
Takes the pending deltas as a batch with a number, or finds the batch that a flush before left unfinished.

KEYS[1]  deltas not yet taken
KEYS[2]  the batch that is being applied
KEYS[3]  number of the last batch
ARGV[1]  number of the last batch that the sink has applied

Returns the batch as a flat list of fields and values, with its number under '~id'; empty when nothing is pending.
]]
if redis.call('EXISTS', KEYS[2]) == 0 then
  if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
  local time = redis.call('TIME')
  local id = tonumber(time[1]) * 1e6 + tonumber(time[2])
  id = math.max(id, tonumber(redis.call('GET', KEYS[3]) or '0') + 1, tonumber(ARGV[1]) + 1)
  local text = string.format('%.0f', id)
  redis.call('RENAME', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[2], '~id', text)
  redis.call('SET', KEYS[3], text)
end
return redis.call('HGETALL', KEYS[2])
