--[[
Ends all sessions of a user by giving the user another generation, whatever their number, and sets a bar before new ones
or lifts it.

KEYS[1]  the user's generation
KEYS[2]  the user's index of sessions
KEYS[3]  the bars before the user's logins
ARGV[1]  absolute limit in ms
ARGV[2]  name of a bar, '' for none
ARGV[3]  ms until the bar lapses, '0' to lift it

Returns the sids, whose records may now be removed.
]]
local time = redis.call('TIME')
local generation = tonumber(time[1]) * 1000000 + tonumber(time[2])
generation = math.max(generation, tonumber(redis.call('GET', KEYS[1]) or '0') + 1)
local sids = redis.call('ZRANGE', KEYS[2], 0, -1)
-- UNLINK stands before SET, since after it a full server takes that too.
redis.call('UNLINK', KEYS[2])
redis.call('SET', KEYS[1], string.format('%.0f', generation), 'PX', ARGV[1])
if ARGV[2] ~= '' then
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%.0f', now))
  redis.call('ZREM', KEYS[3], ARGV[2])
  if ARGV[3] ~= '0' then
    redis.call('ZADD', KEYS[3], string.format('%.0f', now + tonumber(ARGV[3])), ARGV[2])
    redis.call('PEXPIRE', KEYS[3], ARGV[3])
  end
end
return sids
