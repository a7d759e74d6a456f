--[[
Prolongs a lease, if it still stands.

KEYS[1]  the slot
ARGV[1]  token of the lease
ARGV[2]  'lease', or 'refresh' for a lease that was put into a value's header
ARGV[3]  its new life in ms

Returns 1, or 0 when the lease is gone.
]]
local head = redis.pcall('GETRANGE', KEYS[1], 0, 41)
if type(head) ~= 'string' then return 0 end
if string.sub(head, 1, 14) == 'L1' .. ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
if ARGV[2] == 'lease' or string.sub(head, 1, 2) ~= 'V1' or string.sub(head, 31, 42) ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local untilMs = tonumber(time[1]) * 1e3 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[3])
redis.call('SETRANGE', KEYS[1], 42, string.format('%013.0f', untilMs))
return 1
