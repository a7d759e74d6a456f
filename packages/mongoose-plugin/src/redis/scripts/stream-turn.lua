--[[
Takes or keeps the lead of a change stream, and notes how far the leader has come. With a lease of 0 it gives the lead up.
KEYS[1]: the stream's hash. ARGV: who asks, lease in milliseconds, the new position or ''.
Answers {1, position or ''} to the leader, {0} to everyone else.
]]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'leader', 'until')
if held[1] and held[1] ~= ARGV[1] and tonumber(held[2]) > now then
  return {0}
end
redis.call('HSET', KEYS[1], 'leader', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]))
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[1], 'position', ARGV[3])
end
return {1, redis.call('HGET', KEYS[1], 'position') or ''}
