--[[
Puts a writer's barrier beside a slot, or takes it away, and voids the slot: while a barrier stands, nothing is stored.

KEYS[1]  the slot
KEYS[2]  its barrier: writers, and when each one's time is over
ARGV[1]  the writer
ARGV[2]  life in ms of its barrier, 0 to take it away
ARGV[3]  token of a lease that is the writer's own and stays, without the value that it may lie in; or ''

Returns how many slots were there.
]]
local writer, barMs, own = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local time = redis.call('TIME')
local nowMs = tonumber(time[1]) * 1e3 + math.floor(tonumber(time[2]) / 1000)
local head = redis.pcall('GETRANGE', KEYS[1], 0, 54)
if type(head) ~= 'string' then head = '?' end
local removed = 0
if own ~= '' and string.sub(head, 1, 2) == 'V1' and string.sub(head, 31, 42) == own then
  local left = math.max(1, tonumber(string.sub(head, 43, 55)) - nowMs)
  redis.call('SET', KEYS[1], 'L1' .. own .. string.sub(head, 15, 30), 'PX', left)
  removed = 1
elseif own == '' or string.sub(head, 1, 14) ~= 'L1' .. own then
  removed = redis.call('UNLINK', KEYS[1])
end
if barMs == 0 then
  redis.call('ZREM', KEYS[2], writer)
else
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', nowMs)
  redis.call('ZADD', KEYS[2], nowMs + barMs, writer)
  if redis.call('PTTL', KEYS[2]) < barMs then redis.call('PEXPIRE', KEYS[2], barMs) end
end
return removed
