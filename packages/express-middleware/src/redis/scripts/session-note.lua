--[[
Says what would end a login that is being made ready: the user's present generation.

KEYS[1]  the user's generation
KEYS[2]  the bars before the user's logins

Returns { 'open', generation }, or { 'barred', ms until the bar lapses }.
]]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local bar = redis.call('ZREVRANGEBYSCORE', KEYS[2], '+inf', '(' .. string.format('%.0f', now), 'WITHSCORES', 'LIMIT', 0, 1)
if bar[2] then return { 'barred', tonumber(bar[2]) - now } end
return { 'open', redis.call('GET', KEYS[1]) or '0' }
