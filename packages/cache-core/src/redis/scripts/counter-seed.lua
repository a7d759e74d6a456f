--[[
Seeds a count from the source plus what the source does not have yet.

KEYS[1]  the shown count
KEYS[2]  deltas not yet taken
KEYS[3]  the batch that is being applied
KEYS[4]  number of the last batch
ARGV[1]  the count that was read from the source
ARGV[2]  number of the last batch that it contains
ARGV[3]  the state that was noted before the source was read
ARGV[4]  field of the counter in KEYS[2] and KEYS[3]
ARGV[5]  lowest count allowed, or '' for none

Returns { 'ok', count }, or { 'again' } when a batch was taken or acknowledged since the state was noted.
]]
local shown = redis.call('GET', KEYS[1])
if shown then return { 'ok', shown } end
local state = (redis.call('GET', KEYS[4]) or '0') .. ':' .. string.format('%.0f', redis.call('EXISTS', KEYS[3]))
if state ~= ARGV[3] then return { 'again' } end
local count = tonumber(ARGV[1]) + tonumber(redis.call('HGET', KEYS[2], ARGV[4]) or '0')
if tonumber(redis.call('HGET', KEYS[3], '~id') or '0') > tonumber(ARGV[2]) then
  count = count + tonumber(redis.call('HGET', KEYS[3], ARGV[4]) or '0')
end
if ARGV[5] ~= '' and count < tonumber(ARGV[5]) then count = tonumber(ARGV[5]) end
local text = string.format('%.0f', count)
redis.call('SET', KEYS[1], text)
return { 'ok', text }
