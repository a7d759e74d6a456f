--[[
Counts a request by remembering the time of each one that passed in the trailing window.

KEYS[1]  the log
ARGV[1]  limit
ARGV[2]  window in ms
ARGV[3]  a name for this request

Returns { passes, hits, ms until one more may pass (or, while some may, until all may), receipt }.
]]
local limit, windowUs = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - windowUs))
local hits = redis.call('ZCARD', KEYS[1])
if hits >= limit then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return { 0, hits + 1, math.ceil((tonumber(oldest[2]) + windowUs - now) / 1000), '' }
end
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { 1, hits + 1, tonumber(ARGV[2]), ARGV[3] }
