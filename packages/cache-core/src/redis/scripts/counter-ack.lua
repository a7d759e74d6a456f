--[[
Forgets a batch that the sink has applied, if it is still the present one.

KEYS[1]  the batch that is being applied
ARGV[1]  its number

Returns 1, or 0 when another flush has already done so.
]]
if redis.call('HGET', KEYS[1], '~id') ~= ARGV[1] then return 0 end
return redis.call('UNLINK', KEYS[1])
