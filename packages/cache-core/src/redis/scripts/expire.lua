--[[
Gives a value another time to stop being fresh, if it is still the very version that was judged.

KEYS[1]    the slot
KEYS[2]    the namespace's generation (left out where it lives in another slot, then no markers either)
KEYS[3..]  markers of the value's tags
ARGV[1]    token of the version
ARGV[2]    ms for which it is to be fresh from now, 0 for ever
ARGV[3]    ms for which it is to be kept, 0 for ever
ARGV[4]    life in ms that generation and markers need at least, 0 for ever

Returns 1, or 0 when the value is another one or gone.
]]
local head = redis.pcall('GETRANGE', KEYS[1], 0, 13)
if type(head) ~= 'string' or head ~= 'V1' .. ARGV[1] then return 0 end
local time = redis.call('TIME')
local nowMs = tonumber(time[1]) * 1e3 + math.floor(tonumber(time[2]) / 1000)
local freshMs, lifeMs, markerMs = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local untilMs = freshMs == 0 and 9999999999999 or nowMs + freshMs
redis.call('SETRANGE', KEYS[1], 76, string.format('%013.0f', untilMs))
if lifeMs == 0 then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], lifeMs) end
-- Not while it outlives the entry by half of its margin of a minute: to whoever tracks it, a longer life looks like a change.
for i = 2, #KEYS do
  local left = redis.call('PTTL', KEYS[i])
  if left ~= -1 and markerMs == 0 then
    redis.call('PERSIST', KEYS[i])
  elseif left ~= -1 and left < markerMs - 30000 then
    redis.call('PEXPIRE', KEYS[i], markerMs)
  end
end
return 1
