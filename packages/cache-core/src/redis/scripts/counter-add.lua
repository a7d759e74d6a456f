--[[
Adds to a counter that is there, and notes the delta for the source.

KEYS[1]  the shown count
KEYS[2]  deltas not yet taken, by counter (left out where the counter has no sink)
ARGV[1]  what to add
ARGV[2]  lowest count allowed, or '' for none
ARGV[3]  field of the counter in KEYS[2]

Returns { 'ok', count }, { 'seed' } when the count must be seeded first, or { 'overflow' }.
]]
local shown = redis.call('GET', KEYS[1])
if not shown then return { 'seed' } end
local before, by = tonumber(shown), tonumber(ARGV[1])
local after = before + by
if ARGV[2] ~= '' and after < tonumber(ARGV[2]) then
  after = math.min(before, tonumber(ARGV[2]))
  by = after - before
end
if after > 9007199254740991 or after < -9007199254740991 then return { 'overflow' } end
local text = string.format('%.0f', by)
redis.call('INCRBY', KEYS[1], text)
if KEYS[2] and by ~= 0 then
  redis.call('HINCRBY', KEYS[2], ARGV[3], text)
  if redis.call('HGET', KEYS[2], ARGV[3]) == '0' then redis.call('HDEL', KEYS[2], ARGV[3]) end
end
return { 'ok', string.format('%.0f', after) }
