--[[
Ends one session.
KEYS[1]  its record
KEYS[2]  the user's index of sessions
ARGV[1]  sid
Returns 1 when there was one.
]]
local ended = redis.call('UNLINK', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return ended
