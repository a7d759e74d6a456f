--[[
Ends all sessions of a user by giving the user another generation, whatever their number.

KEYS[1]  the user's generation
KEYS[2]  the user's index of sessions
ARGV[1]  absolute limit in ms

Returns the sids, whose records may now be removed.
]]
local time = redis.call('TIME')
local generation = tonumber(time[1]) * 1000000 + tonumber(time[2])
generation = math.max(generation, tonumber(redis.call('GET', KEYS[1]) or '0') + 1)
local sids = redis.call('ZRANGE', KEYS[2], 0, -1)
-- UNLINK stands before SET, since after it a full server takes that too.
redis.call('UNLINK', KEYS[2])
redis.call('SET', KEYS[1], string.format('%.0f', generation), 'PX', ARGV[1])
return sids
