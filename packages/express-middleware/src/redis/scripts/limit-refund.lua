--[[
Gives a point back, if the window that it was counted in is still there. Never makes a key.

KEYS[1]  the state
ARGV[1]  'fixed-window', 'sliding-log' or 'gcra'
ARGV[2]  receipt of the request
ARGV[3]  limit
ARGV[4]  window in ms

Returns 1 when a point was given back.
]]
if ARGV[1] == 'sliding-log' then return redis.call('ZREM', KEYS[1], ARGV[2]) end
if ARGV[1] == 'fixed-window' then
  local state = redis.call('HMGET', KEYS[1], 'hits', 'start')
  if state[2] ~= ARGV[2] or tonumber(state[1]) < 1 then return 0 end
  redis.call('HINCRBY', KEYS[1], 'hits', -1)
  return 1
end
local arrival = tonumber(redis.call('GET', KEYS[1]) or '0')
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
-- A request whose share has drained by itself has nothing left to give back.
if arrival == 0 or tonumber(ARGV[2]) <= now then return 0 end
local before = arrival - tonumber(ARGV[4]) * 1000 / tonumber(ARGV[3])
if before <= now then
  redis.call('UNLINK', KEYS[1])
else
  redis.call('SET', KEYS[1], string.format('%.0f', before), 'KEEPTTL')
end
return 1
