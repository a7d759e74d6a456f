--[[
Counts a request at an even rate with a burst of the whole limit (Generic Cell Rate Algorithm): the state is the
theoretical arrival time, in us, at which the bucket would be empty. It is kept for a window after the last request that
passed, as the other algorithms keep theirs; what has drained by then counts as none.

KEYS[1]  the state
ARGV[1]  limit
ARGV[2]  window in ms

Returns { passes, hits, ms until one more may pass (or, while some may, until all may), receipt }.
]]
local limit, windowUs = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000
local step = windowUs / limit
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local after = arrival + step
if after - now > windowUs + 0.5 then return { 0, limit + 1, math.ceil((after - windowUs - now) / 1000), '' } end
local text = string.format('%.0f', after)
redis.call('SET', KEYS[1], text, 'PX', ARGV[2])
return { 1, math.ceil((after - now) / step - 0.000001), math.ceil((after - now) / 1000), text }
