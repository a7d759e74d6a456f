--[[
Counts a request in a window that begins with its first request.

KEYS[1]  the state
ARGV[1]  limit
ARGV[2]  window in ms

Returns { passes, hits, ms until the window ends, receipt }.
]]
local state = redis.call('HMGET', KEYS[1], 'hits', 'start')
local left = redis.call('PTTL', KEYS[1])
if not state[1] or left < 0 then
  local time = redis.call('TIME')
  local start = time[1] .. string.format('%06d', tonumber(time[2]))
  redis.call('UNLINK', KEYS[1])
  redis.call('HSET', KEYS[1], 'hits', '0', 'start', start)
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  state, left = { '0', start }, tonumber(ARGV[2])
end
if tonumber(state[1]) >= tonumber(ARGV[1]) then return { 0, tonumber(state[1]) + 1, left, '' } end
return { 1, redis.call('HINCRBY', KEYS[1], 'hits', 1), left, state[2] }
